#pragma once

// Listens to topics of a broker on this device or in this house. Not the way to the cloud: that is sync/uplink's.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "platform/linux/strand_thread.hpp"
#include "platform/model/result.hpp"

namespace vitald {

struct LocalBroker {
  std::string host = "localhost";
  std::uint16_t port = 1883;
  std::string user, password;  // "" = none

  std::string where() const { return host + ":" + std::to_string(port); }
};

struct MqttMessage {
  std::string topic, payload;
  bool retained = false;  // an earlier message that the broker kept: what it tells is not new
};

class MqttSubscriber {
 public:
  explicit MqttSubscriber(asio::any_io_executor loop);
  ~MqttSubscriber();  // waits for Paho to let go

  // Also again, after an error of next(). Within three seconds or a little more.
  asio::awaitable<Result<void>> connect(const LocalBroker& broker, const std::string& client_id,
                                        const std::vector<std::string>& topics);
  // The next message; waits. Error::unavailable: the connection is lost. Where messages come faster than they are asked
  // for, the newest kWaiting are kept.
  asio::awaitable<Result<MqttMessage>> next();

  static constexpr std::size_t kWaiting = 1000;

 private:
  struct Inbox;
  struct Paho;

  std::shared_ptr<Inbox> inbox_;  // shared with what Paho's threads have posted: that may run when this is gone
  std::unique_ptr<Paho> paho_;
  StrandThread thread_;  // all calls into Paho; joined first
};

}  // namespace vitald
