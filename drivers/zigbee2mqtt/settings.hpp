#pragma once

#include "drivers/driver.hpp"
#include "drivers/zigbee2mqtt/decoder.hpp"
#include "platform/mqtt/subscriber.hpp"

namespace vitald::zigbee2mqtt {

// One Zigbee device.
struct DeviceSettings {
  std::string name, id;
  std::string role = "sensor";
  std::vector<std::string> actions;
  bool inverted = false;
  std::chrono::milliseconds silent_after{0};

  void declare(config::Declaration& d);
  Wiring wiring() const;
};

struct Settings : DriverSettings {
  LocalBroker broker;
  std::string password_file;
  std::string base_topic = "zigbee2mqtt";
  std::chrono::milliseconds interval{60'000};
  std::vector<DeviceSettings> devices;

  void declare(config::Declaration& d) override;
  Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const override;
};

}  // namespace vitald::zigbee2mqtt
