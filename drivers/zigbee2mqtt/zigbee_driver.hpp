#pragma once

// Listens to Zigbee2MQTT on a local broker.

#include <memory>

#include "drivers/driver.hpp"
#include "drivers/zigbee2mqtt/attention.hpp"
#include "platform/mqtt/subscriber.hpp"

namespace vitald::zigbee2mqtt {

struct Listening {
  LocalBroker broker;
  std::string base_topic;
  std::string client_id;
  std::map<std::string, std::unique_ptr<Attention>> devices;  // by friendly name
};

class ZigbeeDriver final : public Driver {
 public:
  ZigbeeDriver(Listening listening, DriverContext context);

  std::vector<const Sensor*> sensors() const override;
  // Ends with the connection; a broker that stays away longer than a restart takes makes all devices be out of reach.
  asio::awaitable<Result<void>> run(ReadingSink& sink) override;

 private:
  std::vector<std::string> topics() const;
  asio::awaitable<Result<void>> listen(ReadingSink& sink);
  void take(const MqttMessage& message, ReadingSink& sink);
  void take_state(Attention& device, const MqttMessage& message, std::vector<Reading>& out);
  void all_online(bool online, ReadingSink& sink);

  Listening listening_;
  DriverContext context_;
  MqttSubscriber subscriber_;
  BootTime last_heard_;  // the broker
};

}  // namespace vitald::zigbee2mqtt
