#include "sync/uplink/paho_client.hpp"

#include <mqtt/async_client.h>

#include <boost/asio/post.hpp>
#include <deque>

#include "platform/linux/condition.hpp"
#include "sync/uplink/trouble.hpp"

namespace vitald {

namespace {

using namespace std::chrono_literals;

constexpr int kInflight =
    1000;                      // never reached: our window is smaller. At its own limit Paho sends 12 messages a second
constexpr int kBuffered = 64;  // never reached either; 0 makes Paho's constructor throw
constexpr int kQos = 1;
constexpr int kRefused = 0x80;  // MQTT 5 reason codes from here on

// Suites of TLS 1.2 with forward secrecy, and TLS 1.3's: so nothing older can be agreed on. Paho's own sslVersion
// cannot say "1.2 or newer".
constexpr char kCiphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:@SECLEVEL=2";

std::string uri(const Endpoint& endpoint) {
  const bool is_v6 = endpoint.host.find(':') != std::string::npos;
  return (endpoint.tls ? "ssl://" : "tcp://") + (is_v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" +
         std::to_string(endpoint.port);
}

mqtt::ssl_options ssl_options(const TlsFiles& files) {
  mqtt::ssl_options options;
  options.set_trust_store(files.ca);
  options.set_key_store(files.certificate);
  options.set_private_key(files.key);
  if (!files.passphrase.empty()) options.set_private_key_password(files.passphrase);
  options.set_enabled_cipher_suites(kCiphers);
  options.set_enable_server_cert_auth(true);
  options.set_verify(true);  // else a certificate for any other host is accepted
  return options;
}

mqtt::connect_options connect_options(const Endpoint& endpoint, int mqtt_version, std::chrono::seconds within) {
  mqtt::connect_options options;
  options.set_mqtt_version(mqtt_version);
  if (mqtt_version >= MQTTVERSION_5) {
    options.set_clean_start(true);  // and no session expiry: the broker forgets us with the connection
  } else {
    options.set_clean_session(true);
  }
  options.set_keep_alive_interval(endpoint.keep_alive);
  options.set_connect_timeout(within);
  options.set_max_inflight(kInflight);
  options.set_automatic_reconnect(false);
  options.set_servers(mqtt::string_collection::create({uri(endpoint)}));
  if (!endpoint.user.empty()) options.set_user_name(endpoint.user);
  if (!endpoint.password.empty()) options.set_password(endpoint.password);
  if (endpoint.tls) options.set_ssl(ssl_options(endpoint.files));
  return options;
}

Connected what_is_allowed(const mqtt::connect_response& response) {
  Connected connected;
  connected.mqtt_version = response.get_mqtt_version();
  const mqtt::properties& properties = response.get_properties();
  if (properties.contains(mqtt::property::RECEIVE_MAXIMUM))
    connected.receive_maximum = mqtt::get<std::uint16_t>(properties, mqtt::property::RECEIVE_MAXIMUM);
  if (properties.contains(mqtt::property::MAXIMUM_PACKET_SIZE))
    connected.maximum_packet = mqtt::get<std::uint32_t>(properties, mqtt::property::MAXIMUM_PACKET_SIZE);
  if (properties.contains(mqtt::property::SERVER_KEEP_ALIVE))
    connected.keep_alive =
        std::chrono::seconds(mqtt::get<std::uint16_t>(properties, mqtt::property::SERVER_KEEP_ALIVE));
  connected.shared_subscriptions = connected.mqtt_version >= MQTTVERSION_5;
  if (properties.contains(mqtt::property::SHARED_SUBSCRIPTION_AVAILABLE))
    connected.shared_subscriptions =
        mqtt::get<std::uint8_t>(properties, mqtt::property::SHARED_SUBSCRIPTION_AVAILABLE) != 0;
  return connected;
}

void* context(std::uint32_t publish) { return reinterpret_cast<void*>(static_cast<std::uintptr_t>(publish)); }

std::uint32_t publish_of(const mqtt::token& token) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(token.get_user_context()));
}

// The broker's last word under MQTT 5.
Error goodbye(int reason) {
  constexpr int kReasonNotAuthorised = 0x87, kReasonTakenOver = 0x8E;
  if (reason == kReasonTakenOver)
    return Error(Code::refused, "another client has connected with this client id").named(trouble::kTakenOver);
  const Error error(Code::refused, "the broker disconnects: " + mqtt::exception::reason_code_str(reason));
  return error.named(reason == kReasonNotAuthorised ? trouble::kNotAuthorised : trouble::kBroker);
}

Outcome failure(int code, std::string text) {
  Outcome outcome;
  outcome.code = code;
  outcome.text = std::move(text);
  return outcome;
}

}  // namespace

// On the loop.
struct PahoClient::Inbox {
  explicit Inbox(asio::any_io_executor executor) : loop(std::move(executor)), mail(loop), ended(loop) {}

  void add(Event event) {
    if (!live) return;
    live = !std::holds_alternative<Lost>(event);
    events.push_back(std::move(event));
    mail.notify();
  }
  void end(Outcome how) {
    outcome = std::move(how);
    ended.notify();
  }

  asio::any_io_executor loop;
  bool live = false;  // from CONNACK to Lost
  std::deque<Event> events;
  Condition mail;
  bool busy = false;
  std::optional<Outcome> outcome;
  Condition ended;
};

// Called by Paho's threads.
class PahoClient::Commands : public mqtt::iaction_listener {
 public:
  explicit Commands(std::shared_ptr<Inbox> inbox) : inbox_(std::move(inbox)) {}

  void on_success(const mqtt::token& token) override {
    Outcome outcome;
    outcome.ok = true;
    if (token.get_type() == mqtt::token::CONNECT) outcome.connected = what_is_allowed(token.get_connect_response());
    if (token.get_type() == mqtt::token::SUBSCRIBE) read_suback(token, outcome);
    post(outcome, token.get_type());
  }
  void on_failure(const mqtt::token& token) override {
    Outcome outcome = failure(token.get_return_code(), mqtt::exception::error_str(token.get_return_code()));
    const bool is_answered = token.get_return_code() != MQTTASYNC_OPERATION_INCOMPLETE;  // else the link was lost
    if (is_answered) outcome.reason = static_cast<int>(token.get_reason_code());
    post(outcome, token.get_type());
  }

 private:
  static void read_suback(const mqtt::token& token, Outcome& outcome) {
    const mqtt::subscribe_response response = token.get_subscribe_response();
    for (const mqtt::ReasonCode code : response.get_reason_codes()) {
      outcome.reason = static_cast<int>(code);
      outcome.ok = outcome.reason < kRefused;
    }
  }
  void post(Outcome outcome, mqtt::token::Type type) {
    asio::post(inbox_->loop, [inbox = inbox_, outcome = std::move(outcome), type] {
      if (type == mqtt::token::CONNECT) inbox->live = outcome.ok;
      if (type == mqtt::token::DISCONNECT) inbox->live = false;
      inbox->end(outcome);
    });
  }

  std::shared_ptr<Inbox> inbox_;
};

// Called by Paho's threads.
class PahoClient::Publishes : public mqtt::iaction_listener {
 public:
  explicit Publishes(std::shared_ptr<Inbox> inbox) : inbox_(std::move(inbox)) {}

  void on_success(const mqtt::token& token) override { post({publish_of(token), 0}); }
  // Refused by the broker; or the connection is lost, which is told by its own callback.
  void on_failure(const mqtt::token& token) override {
    const int reason = static_cast<int>(token.get_reason_code());
    const bool is_refused =
        reason >= kRefused && reason <= 0xFF && token.get_return_code() != MQTTASYNC_OPERATION_INCOMPLETE;
    if (is_refused) post({publish_of(token), reason});
  }

 private:
  void post(PubAck ack) {
    asio::post(inbox_->loop, [inbox = inbox_, ack] { inbox->add(ack); });
  }

  std::shared_ptr<Inbox> inbox_;
};

// On thread_ only.
struct PahoClient::Paho {
  explicit Paho(const std::shared_ptr<Inbox>& shared) : inbox(shared), commands(shared), publishes(shared) {}

  // The server and the client id of the first connect() name the object; each connect() says its server itself.
  mqtt::async_client& client(const Endpoint& endpoint) {
    if (!object) {
      mqtt::create_options options(MQTTVERSION_5, kBuffered);
      options.set_send_while_disconnected(false);
      object = std::make_unique<mqtt::async_client>(uri(endpoint), endpoint.client_id, options);
      set_handlers();
    }
    return *object;
  }

  // Once, before the first connect: later they race with tokens that complete.
  void set_handlers() {
    object->set_connection_lost_handler([box = inbox](const std::string&) {
      post(box, Lost{Error(Code::unavailable, "the connection was lost").named(trouble::kNetwork)});
    });
    object->set_disconnected_handler([box = inbox](const mqtt::properties&, mqtt::ReasonCode reason) {
      post(box, Lost{goodbye(static_cast<int>(reason))});
    });
    object->set_message_callback([box = inbox](const mqtt::const_message_ptr& message) {
      post(box, Message{message->get_topic(), message->to_string()});
    });
  }
  static void post(const std::shared_ptr<Inbox>& box, Event event) {
    asio::post(box->loop, [box, event = std::move(event)]() mutable { box->add(std::move(event)); });
  }

  std::shared_ptr<Inbox> inbox;
  Commands commands;
  Publishes publishes;
  std::unique_ptr<mqtt::async_client> object;  // goes before the listeners it calls
};

PahoClient::PahoClient(asio::any_io_executor loop)
    : inbox_(std::make_shared<Inbox>(std::move(loop))), paho_(std::make_unique<Paho>(inbox_)) {}

PahoClient::~PahoClient() {
  asio::post(thread_.executor(), [this] { paho_->object.reset(); });
}

// `call` begins the command; Paho's listener ends it.
template <class F>
asio::awaitable<std::optional<Outcome>> PahoClient::command(F call, BootTime until) {
  inbox_->busy = true;
  inbox_->outcome.reset();
  asio::post(thread_.executor(), [inbox = inbox_, call = std::move(call)] {
    try {
      call();
    } catch (const std::exception& error) {
      asio::post(inbox->loop, [inbox, outcome = failure(-1, error.what())] { inbox->end(outcome); });
    }
  });
  const bool is_ended = co_await idle(until);
  co_return is_ended ? inbox_->outcome : std::nullopt;
}

asio::awaitable<bool> PahoClient::idle(BootTime until) {
  while (inbox_->busy && !inbox_->outcome && boot_now() < until) co_await inbox_->ended.wait_until(until);
  if (inbox_->outcome) inbox_->busy = false;
  co_return !inbox_->busy;
}

asio::awaitable<std::optional<Outcome>> PahoClient::connect(const Endpoint& endpoint, int mqtt_version,
                                                            BootTime until) {
  // Paho looks at its deadlines every three seconds only.
  const auto within = std::max(std::chrono::floor<std::chrono::seconds>(until - boot_now()) - 4s, 1s);
  const BootTime begin = boot_now();
  auto call = [paho = paho_.get(), endpoint, mqtt_version, within] {
    paho->client(endpoint).connect(connect_options(endpoint, mqtt_version, within), nullptr, paho->commands);
  };
  auto outcome = co_await command(std::move(call), until);
  if (outcome) outcome->late = !outcome->ok && boot_now() - begin >= within;
  co_return outcome;
}

asio::awaitable<std::optional<Outcome>> PahoClient::subscribe(const std::string& topic, BootTime until) {
  auto call = [paho = paho_.get(), topic] { paho->object->subscribe(topic, kQos, nullptr, paho->commands); };
  return command(std::move(call), until);
}

asio::awaitable<std::optional<Outcome>> PahoClient::disconnect(BootTime until) {
  auto call = [paho = paho_.get()] { paho->object->disconnect(0, nullptr, paho->commands); };
  return command(std::move(call), until);
}

void PahoClient::publish(std::uint32_t publish, const std::string& topic, std::string payload) {
  asio::post(thread_.executor(), [paho = paho_.get(), publish, topic, payload = std::move(payload)]() mutable {
    try {
      auto message = mqtt::message::create(topic, std::move(payload), kQos, false);
      paho->object->publish(std::move(message), context(publish), paho->publishes);
    } catch (const std::exception& error) {
      Paho::post(paho->inbox, Lost{{Code::unavailable, std::string("the message cannot be sent: ") + error.what()}});
    }
  });
}

asio::awaitable<Event> PahoClient::next() {
  while (inbox_->events.empty()) co_await inbox_->mail.wait();
  Event event = std::move(inbox_->events.front());
  inbox_->events.pop_front();
  co_return event;
}

bool PahoClient::connected() const { return inbox_->live; }

void PahoClient::clear() {
  inbox_->live = false;
  inbox_->events.clear();
}

}  // namespace vitald
