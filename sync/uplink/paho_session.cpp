#include "sync/uplink/paho_session.hpp"

#include <map>

#include "platform/linux/clock.hpp"
#include "platform/linux/tcp_meter.hpp"
#include "sync/uplink/diagnosis.hpp"
#include "sync/uplink/paho_client.hpp"
#include "sync/uplink/resolver.hpp"
#include "sync/uplink/trouble.hpp"

namespace vitald {

namespace {

using namespace std::chrono_literals;

constexpr int kMqtt5 = 5, kMqtt311 = 4;
constexpr auto kHangUp = 2s;  // for a connection that is given up
constexpr auto kRemembered = 24h;

// The broker's own word in a CONNACK; nothing when it said none, or that it does not speak this version.
std::optional<Error> refusal(const Endpoint& endpoint, const Outcome& outcome) {
  const auto refused = [&](const char* why) {
    return Error(Code::refused, endpoint.where() + " " + why).named(trouble::kNotAuthorised);
  };
  const auto away = [&](const char* why) {
    return Error(Code::unavailable, endpoint.where() + " " + why).named(trouble::kBroker);
  };
  const int word = outcome.reason >= 0x80 && outcome.reason <= 0xFF ? outcome.reason : outcome.code;
  switch (word) {
    case 2:
    case 0x85:
      return refused("does not accept the client id");
    case 3:
    case 0x88:
      return away("says that it is unavailable");
    case 4:
    case 0x86:
      return refused("does not accept the user name or password");
    case 5:
    case 0x87:
      return refused("does not authorise this device");
    case 0x89:
    case 0x9F:
      return away("is busy");
    case 0x8A:
      return refused("has banned this device");
    default:
      return std::nullopt;
  }
}

// "I do not speak MQTT 5", in so many words.
bool refuses_version(const Outcome& outcome) {
  return outcome.code == 1 || outcome.code == 0x84 || outcome.reason == 0x84;
}

Error unanswered(const Endpoint& endpoint) {
  return Error(Code::timeout, endpoint.where() + " does not answer the MQTT CONNECT").named(trouble::kBroker);
}

Error closed(const Endpoint& endpoint) {
  return Error(Code::refused, endpoint.where() + " closes the connection instead of accepting it")
      .named(trouble::kBroker);
}

// A link that ends meanwhile is no refusal.
Error not_subscribed(const Endpoint& endpoint, const std::string& topic, const std::optional<Outcome>& outcome) {
  if (!outcome)
    return Error(Code::timeout, endpoint.where() + " does not answer the SUBSCRIBE to " + topic)
        .named(trouble::kBroker);
  const auto says_no = [](int word) { return word >= 0x80 && word <= 0xFF; };
  const bool is_refused = says_no(outcome->reason) || says_no(outcome->code);
  if (is_refused)
    return Error(Code::refused, endpoint.where() + " refuses the subscription to " + topic)
        .named(trouble::kNotAuthorised);
  return Error(Code::unavailable, endpoint.where() + " closes the connection at the SUBSCRIBE to " + topic)
      .named(trouble::kNetwork);
}

class PahoSession : public Session {
 public:
  explicit PahoSession(const asio::any_io_executor& loop) : client_(loop), resolver_(loop) {}

  asio::awaitable<Result<Connected>> connect(const Endpoint& endpoint, std::chrono::milliseconds within) override {
    const BootTime until = boot_now() + within;
    Known& known = known_[endpoint.where()];
    Endpoint asked = endpoint;
    asked.keep_alive = std::min(endpoint.keep_alive, known.keep_alive);
    auto connected = co_await connect_once(asked, until);
    const bool is_heard_enough = !connected || connected->keep_alive == 0s || connected->keep_alive >= asked.keep_alive;
    if (is_heard_enough) co_return connected;
    // The broker wants to hear us more often, and Paho would keep to what we asked for: so ask for that.
    asked.keep_alive = known.keep_alive = connected->keep_alive;
    co_return co_await connect_once(asked, until);
  }

  Result<void> publish(std::uint32_t publish, const std::string& topic, std::string payload) override {
    if (!client_.connected()) return Error(Code::unavailable, "there is no connection");
    client_.publish(publish, topic, std::move(payload));
    return {};
  }

  std::uint64_t wire_bytes() override { return meter_ ? meter_->bytes() : 0; }

  asio::awaitable<Event> next() override { return client_.next(); }

  asio::awaitable<void> disconnect(std::chrono::milliseconds within) override { co_await hang_up(boot_now() + within); }

 private:
  // Of an endpoint, from earlier connects.
  struct Known {
    BootTime try_5_at;  // it speaks 3.1.1 only, as far as known; after that it may have been replaced
    std::chrono::seconds keep_alive = std::chrono::seconds::max();  // the longest it allows
  };

  asio::awaitable<Result<Connected>> connect_once(const Endpoint& endpoint, BootTime until) {
    const bool ended = co_await hang_up(until);
    if (!ended) co_return Error(Code::timeout, "an earlier connection has not ended yet");
    auto connected = co_await open(endpoint, until);
    if (!connected) co_return connected;
    const auto subscribed = co_await subscribe(endpoint, until);
    if (!subscribed) {
      co_await disconnect(kHangUp);
      co_return subscribed.error();
    }
    co_return connected;
  }

  asio::awaitable<Result<Connected>> open(const Endpoint& endpoint, BootTime until) {
    const auto addresses = co_await resolver_.resolve(endpoint.host, endpoint.port, until);
    if (!addresses) co_return addresses.error();
    meter_.emplace(*addresses);
    if (endpoint.mqtt_5 && boot_now() >= known_[endpoint.where()].try_5_at)
      co_return co_await open_newest(endpoint, *addresses, until);
    co_return co_await open_older(endpoint, *addresses, until);
  }

  // A broker that only closes is asked twice: it may have been ending just then.
  asio::awaitable<Result<Connected>> open_newest(const Endpoint& endpoint, const Addresses& addresses, BootTime until) {
    for (int closes = 0; closes < 2; ++closes) {
      const auto outcome = co_await attempt(endpoint, kMqtt5, until);
      if (outcome && outcome->ok) co_return outcome->connected;
      const auto error = co_await explain(endpoint, addresses, outcome);
      if (error) co_return *error;
      if (refuses_version(*outcome)) break;
    }
    auto connected = co_await open_older(endpoint, addresses, until);
    if (connected) known_[endpoint.where()].try_5_at = boot_now() + kRemembered;
    co_return connected;
  }

  asio::awaitable<Result<Connected>> open_older(const Endpoint& endpoint, const Addresses& addresses, BootTime until) {
    const auto outcome = co_await attempt(endpoint, kMqtt311, until);
    if (outcome && outcome->ok) co_return outcome->connected;
    const auto error = co_await explain(endpoint, addresses, outcome);
    if (error) co_return *error;
    known_[endpoint.where()].try_5_at = {};
    co_return closed(endpoint);
  }

  asio::awaitable<std::optional<Outcome>> attempt(const Endpoint& endpoint, int mqtt_version, BootTime until) {
    may_be_open_ = true;
    auto outcome = co_await client_.connect(endpoint, mqtt_version, until);
    if (outcome) may_be_open_ = outcome->ok;
    co_return outcome;
  }

  // Why a connect failed; nothing when the broker answered in time, over good TCP and TLS, but does not accept this
  // version: only then may it be an older one that it speaks.
  asio::awaitable<std::optional<Error>> explain(const Endpoint& endpoint, const Addresses& addresses,
                                                const std::optional<Outcome>& outcome) {
    if (outcome) {
      if (auto refused = refusal(endpoint, *outcome)) co_return refused;
    }
    auto found = co_await diagnose(endpoint, addresses, boot_now() + 5s);
    if (found) co_return found;
    if (!outcome || outcome->late) co_return unanswered(endpoint);
    co_return std::nullopt;
  }

  asio::awaitable<Result<void>> subscribe(const Endpoint& endpoint, BootTime until) {
    for (const std::string& topic : endpoint.subscriptions) {
      const auto outcome = co_await client_.subscribe(topic, until);
      if (!outcome || !outcome->ok) co_return not_subscribed(endpoint, topic, outcome);
    }
    co_return Result<void>();
  }

  // false: Paho is still at it.
  asio::awaitable<bool> hang_up(BootTime until) {
    const bool idle = co_await client_.idle(until);
    if (!idle) co_return false;
    if (may_be_open_) {
      const auto ended = co_await client_.disconnect(until);
      if (!ended) co_return false;
    }
    may_be_open_ = false;
    client_.clear();
    co_return true;
  }

  PahoClient client_;
  Resolver resolver_;
  std::map<std::string, Known> known_;  // by "host:port"
  std::optional<TcpMeter> meter_;       // of the present connection
  bool may_be_open_ = false;            // Paho may hold a connection, or get one yet
};

}  // namespace

std::unique_ptr<Session> make_paho_session(asio::any_io_executor loop) { return std::make_unique<PahoSession>(loop); }

}  // namespace vitald
