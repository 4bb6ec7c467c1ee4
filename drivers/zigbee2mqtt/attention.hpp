#pragma once

// What is known of one Zigbee device, and what of the news about it is worth a reading.

#include <map>
#include <vector>

#include "drivers/zigbee2mqtt/decoder.hpp"
#include "platform/model/reading.hpp"

namespace vitald::zigbee2mqtt {

class Attention {
 public:
  Attention(Sensor sensor, Wiring wiring, std::chrono::milliseconds interval)
      : sensor_(std::move(sensor)), wiring_(std::move(wiring)), interval_(interval) {}
  Attention(const Attention&) = delete;  // readings refer to its sensor
  Attention& operator=(const Attention&) = delete;

  const Sensor& sensor() const { return sensor_; }
  const Wiring& wiring() const { return wiring_; }

  // An event always; an alarm's state when it begins or ends; anything else when it changes or `interval` has passed,
  // numbers when it has passed.
  void tell(const std::vector<Told>& told, BootTime now, std::vector<Reading>& out);

  // The two ways to be out of reach: the device itself, and all of them when bridge or broker are away. sensor_offline
  // tells when one of them begins and when none is left.
  void device_online(bool online, BootTime now, std::vector<Reading>& out);
  void bridge_online(bool online, BootTime now, std::vector<Reading>& out);

 private:
  struct Last {
    BootTime time;
    Decimal value;
  };

  bool is_due(const Told& told, BootTime now) const;
  void reach(BootTime now, std::vector<Reading>& out);

  Sensor sensor_;
  Wiring wiring_;
  std::chrono::milliseconds interval_;
  std::map<const Metric*, Last> last_;
  bool device_online_ = true, bridge_online_ = true, reported_online_ = true;
};

}  // namespace vitald::zigbee2mqtt
