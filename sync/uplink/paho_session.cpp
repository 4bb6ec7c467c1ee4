#include "sync/uplink/paho_session.hpp"

#include <map>

#include "platform/linux/clock.hpp"
#include "sync/uplink/diagnosis.hpp"
#include "sync/uplink/paho_client.hpp"
#include "sync/uplink/resolver.hpp"

namespace vitald {

namespace {

using namespace std::chrono_literals;

constexpr int kMqtt5 = 5, kMqtt311 = 4;
constexpr auto kHangUp = 2s;  // for a connection that is given up

std::string where(const Endpoint& endpoint) { return endpoint.host + ":" + std::to_string(endpoint.port); }

// The broker's own word in a CONNACK; nothing when it said none.
std::optional<Error> refusal(const Endpoint& endpoint, const Outcome& outcome) {
  const auto refused = [&](const char* why) { return Error(Code::refused, where(endpoint) + " " + why); };
  const int word = outcome.reason >= 0x80 && outcome.reason <= 0xFF ? outcome.reason : outcome.code;
  switch (word) {
    case 2: case 0x85: return refused("does not accept the client id");
    case 3: case 0x88: return Error(Code::unavailable, where(endpoint) + " says that it is unavailable");
    case 4: case 0x86: return refused("does not accept the user name or password");
    case 5: case 0x87: return refused("does not authorise this device");
    case 0x89: case 0x9F: return Error(Code::unavailable, where(endpoint) + " is busy");
    case 0x8A: return refused("has banned this device");
    default: return std::nullopt;
  }
}

}  // namespace

struct PahoSession::State {
  explicit State(asio::any_io_executor loop) : client(loop), resolver(loop) {}

  // The version that the endpoint is known to speak.
  int version(const Endpoint& endpoint) const {
    const auto known = versions.find(where(endpoint));
    return known == versions.end() ? kMqtt5 : known->second;
  }

  asio::awaitable<Result<Connected>> open(const Endpoint& endpoint, BootTime until) {
    const auto addresses = co_await resolver.resolve(endpoint.host, endpoint.port, until);
    if (!addresses) co_return addresses.error();
    const int first = version(endpoint);
    const auto outcome = co_await attempt(endpoint, first, until);
    if (outcome && outcome->ok) co_return outcome->connected;
    if (auto error = co_await explain(endpoint, *addresses, outcome)) co_return *error;
    // TCP and TLS are fine, so it may be MQTT 5 that the broker does not speak. If it is not, the next time begins with 5.
    versions.erase(where(endpoint));
    if (first == kMqtt311) co_return Error(Code::refused, where(endpoint) + " closes the connection instead of accepting it");
    co_return co_await open_older(endpoint, until);
  }

  asio::awaitable<Result<Connected>> open_older(const Endpoint& endpoint, BootTime until) {
    const auto outcome = co_await attempt(endpoint, kMqtt311, until);
    if (!outcome) co_return Error(Code::timeout, where(endpoint) + " does not answer the MQTT CONNECT");
    if (!outcome->ok) {
      const auto refused = refusal(endpoint, *outcome);
      co_return refused ? *refused : Error(Code::refused, where(endpoint) + " closes the connection instead of accepting it");
    }
    versions[where(endpoint)] = kMqtt311;
    co_return outcome->connected;
  }

  asio::awaitable<std::optional<Outcome>> attempt(const Endpoint& endpoint, int mqtt_version, BootTime until) {
    may_be_open = true;
    auto outcome = co_await client.connect(endpoint, mqtt_version, until);
    if (outcome) may_be_open = outcome->ok;
    co_return outcome;
  }

  // Why a connect failed; nothing when neither the broker nor TCP and TLS give a reason.
  asio::awaitable<std::optional<Error>> explain(const Endpoint& endpoint, const Addresses& addresses,
                                                const std::optional<Outcome>& outcome) {
    if (outcome) {
      if (auto refused = refusal(endpoint, *outcome)) co_return refused;
    }
    if (auto found = co_await diagnose(endpoint, addresses, boot_now() + 5s)) co_return found;
    if (!outcome) co_return Error(Code::timeout, where(endpoint) + " does not answer the MQTT CONNECT");
    co_return std::nullopt;
  }

  asio::awaitable<Result<void>> subscribe(const Endpoint& endpoint, BootTime until) {
    for (const std::string& topic : endpoint.subscriptions) {
      const auto outcome = co_await client.subscribe(topic, until);
      if (!outcome) co_return Error(Code::timeout, where(endpoint) + " does not answer the SUBSCRIBE to " + topic);
      if (!outcome->ok) co_return Error(Code::refused, where(endpoint) + " refuses the subscription to " + topic);
    }
    co_return Result<void>();
  }

  asio::awaitable<void> hang_up(BootTime until) {
    if (!co_await client.idle(until)) co_return;
    if (may_be_open && !co_await client.disconnect(until)) co_return;
    may_be_open = false;
    client.clear();
  }

  PahoClient client;
  Resolver resolver;
  std::map<std::string, int> versions;  // endpoints that speak 3.1.1 only
  bool may_be_open = false;             // Paho may hold a connection, or get one yet
};

PahoSession::PahoSession(asio::any_io_executor loop) : state_(std::make_unique<State>(std::move(loop))) {}
PahoSession::~PahoSession() = default;

asio::awaitable<Result<Connected>> PahoSession::connect(const Endpoint& endpoint, std::chrono::milliseconds within) {
  const BootTime until = boot_now() + within;
  co_await disconnect(kHangUp);
  if (!co_await state_->client.idle(until)) co_return Error(Code::timeout, "an earlier connect has not ended yet");
  auto connected = co_await state_->open(endpoint, until);
  if (!connected) co_return connected;
  if (auto subscribed = co_await state_->subscribe(endpoint, until); !subscribed) {
    co_await disconnect(kHangUp);
    co_return subscribed.error();
  }
  co_return connected;
}

void PahoSession::publish(std::uint32_t publish, const std::string& topic, std::string payload) {
  state_->client.publish(publish, topic, std::move(payload));
}

asio::awaitable<Event> PahoSession::next() { return state_->client.next(); }

asio::awaitable<void> PahoSession::disconnect(std::chrono::milliseconds within) {
  return state_->hang_up(boot_now() + within);
}

}  // namespace vitald
