#include "platform/mqtt/subscriber.hpp"

#include <mqtt/async_client.h>

#include <boost/asio/post.hpp>
#include <deque>
#include <optional>

#include "platform/linux/condition.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr auto kWithin = 3s;  // of each step: a broker in the house answers at once, or is not there
constexpr auto kKeepAlive = 20s;
constexpr int kQos = 1;

mqtt::connect_options options_for(const LocalBroker& broker) {
  mqtt::connect_options options;
  options.set_mqtt_version(MQTTVERSION_3_1_1);
  options.set_clean_session(true);
  options.set_keep_alive_interval(kKeepAlive);
  options.set_connect_timeout(kWithin);
  options.set_automatic_reconnect(false);
  if (!broker.user.empty()) options.set_user_name(broker.user);
  if (!broker.password.empty()) options.set_password(broker.password);
  return options;
}

void wait(const mqtt::token_ptr& token, std::string_view what) {
  if (!token->wait_for(kWithin)) throw std::runtime_error(std::string(what) + " was not answered");
}

}  // namespace

// On the loop.
struct MqttSubscriber::Inbox {
  explicit Inbox(asio::any_io_executor executor) : loop(std::move(executor)), mail(loop) {}

  void add(MqttMessage message) {
    if (messages.size() >= kWaiting) messages.pop_front();
    messages.push_back(std::move(message));
    mail.notify();
  }
  void lose() {
    lost = true;
    mail.notify();
  }

  asio::any_io_executor loop;
  Condition mail;
  std::deque<MqttMessage> messages;
  bool lost = false;
};

// On thread_ only.
struct MqttSubscriber::Paho {
  explicit Paho(std::shared_ptr<Inbox> shared) : inbox(std::move(shared)) {}

  Result<void> connect(const LocalBroker& broker, const std::string& client_id,
                       const std::vector<std::string>& topics) {
    try {
      object.reset();  // and with it what is left of an earlier connection
      object = std::make_unique<mqtt::async_client>("tcp://" + broker.where(), client_id);
      set_handlers();
      wait(object->connect(options_for(broker)), "the connection");
      for (const std::string& topic : topics) wait(object->subscribe(topic, kQos), "the subscription");
      return {};
    } catch (const std::exception& error) {
      return Error(Code::unavailable, error.what()).in("connecting to the broker at " + broker.where());
    }
  }

  // Called by Paho's threads, which hold its lock: they only post.
  void set_handlers() {
    object->set_connection_lost_handler(
        [box = inbox](const std::string&) { asio::post(box->loop, [box] { box->lose(); }); });
    object->set_message_callback([box = inbox](const mqtt::const_message_ptr& message) {
      MqttMessage arrived{message->get_topic(), message->to_string(), message->is_retained()};
      asio::post(box->loop, [box, arrived = std::move(arrived)]() mutable { box->add(std::move(arrived)); });
    });
  }

  std::shared_ptr<Inbox> inbox;
  std::unique_ptr<mqtt::async_client> object;
};

MqttSubscriber::MqttSubscriber(asio::any_io_executor loop)
    : inbox_(std::make_shared<Inbox>(std::move(loop))), paho_(std::make_unique<Paho>(inbox_)) {}

MqttSubscriber::~MqttSubscriber() {
  asio::post(thread_.executor(), [this] { paho_->object.reset(); });
}

asio::awaitable<Result<void>> MqttSubscriber::connect(const LocalBroker& broker, const std::string& client_id,
                                                      const std::vector<std::string>& topics) {
  inbox_->messages.clear();
  inbox_->lost = false;
  std::function<Result<void>()> call = [&] { return paho_->connect(broker, client_id, topics); };
  co_return co_await run_on(thread_, std::move(call));
}

asio::awaitable<Result<MqttMessage>> MqttSubscriber::next() {
  while (inbox_->messages.empty() && !inbox_->lost) co_await inbox_->mail.wait();
  if (inbox_->messages.empty()) co_return Error(Code::unavailable, "the connection to the broker was lost");
  MqttMessage message = std::move(inbox_->messages.front());
  inbox_->messages.pop_front();
  co_return message;
}

}  // namespace vitald
