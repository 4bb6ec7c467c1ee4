#pragma once

// What Zigbee2MQTT publishes about a device, as values of metrics. Pure: text in, values out.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/model/decimal.hpp"
#include "platform/model/metric.hpp"
#include "platform/model/result.hpp"

namespace vitald::zigbee2mqtt {

// Where the device is and what for; it decides what its occupancy or contact means.
enum class Role { sensor, button, bed_mat, chair_mat, door, exit_door };

constexpr const char* kRoles[] = {"sensor", "button", "bed_mat", "chair_mat", "door", "exit_door"};

struct Wiring {
  Role role = Role::sensor;
  std::vector<std::string> actions;  // that are a call; empty: all that are no release of a button
  bool inverted = false;             // contact and occupancy mean the opposite
};

struct Told {
  const Metric* metric;
  Decimal value;
  bool event = false;  // it happened now, as against: it is so
};

// A device's state: one JSON object. What it has beyond what we know is passed over. retained: the broker kept it, so
// no button was pressed now.
Result<std::vector<Told>> decode_state(std::string_view json, const Wiring& wiring, bool retained);

// Of .../availability and of bridge/state: "online" or "offline", bare or as {"state": ...}. nullopt: neither.
std::optional<bool> decode_online(std::string_view payload);

constexpr std::size_t kLongestPayload = 16 * 1024;

}  // namespace vitald::zigbee2mqtt
