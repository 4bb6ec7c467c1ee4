#pragma once

// The sensors behind one device: itself, and each of its users, who are kept apart as sensors of their own.

#include <map>
#include <memory>
#include <optional>

#include "platform/model/reading.hpp"

namespace vitald::ble {

class SensorSet {
 public:
  SensorSet(std::string id, std::chrono::milliseconds silent_after) : device_{std::move(id), silent_after} {}
  SensorSet(const SensorSet&) = delete;  // readings refer to its sensors
  SensorSet& operator=(const SensorSet&) = delete;

  const Sensor& device() const { return device_; }
  // "cuff/user-2"; the device when it does not know who was measured.
  const Sensor& of(std::optional<std::uint8_t> user) {
    if (!user) return device_;
    std::unique_ptr<Sensor>& sensor = users_[*user];
    if (!sensor) sensor = std::make_unique<Sensor>(Sensor{device_.id + "/user-" + std::to_string(*user), {}});
    return *sensor;
  }

 private:
  Sensor device_;
  std::map<std::uint8_t, std::unique_ptr<Sensor>> users_;
};

}  // namespace vitald::ble
