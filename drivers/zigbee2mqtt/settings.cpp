#include "drivers/zigbee2mqtt/settings.hpp"

#include <algorithm>
#include <fstream>

#include "drivers/zigbee2mqtt/zigbee_driver.hpp"

namespace vitald {
namespace zigbee2mqtt {
namespace {

using namespace std::chrono_literals;

bool is_topic(const std::string& name) { return !name.empty() && name.find_first_of("+#") == std::string::npos; }

Result<std::string> first_line(const std::string& file) {
  if (file.empty()) return std::string();
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line)) return Error(Code::not_found, file + " cannot be read");
  return line;
}

}  // namespace

void DeviceSettings::declare(config::Declaration& d) {
  d.text("name", name, "The device's friendly name in Zigbee2MQTT.");
  d.required("name");
  d.text("id", id, "The sensor's id; empty: zigbee-NAME.");
  d.choice("role", role, {std::begin(kRoles), std::end(kRoles)},
           "What it is for. button: its actions are calls. bed_mat, chair_mat: its occupancy or contact is that of the "
           "bed or chair. exit_door: opening it is an alarm.");
  d.texts("actions", actions, "Of a button: the actions that are calls; empty: all but releases.");
  d.boolean("inverted", inverted, "Its contact or occupancy means the opposite.");
  d.duration("silent_after_s", silent_after, {0s, 24h * 30}, "It counts as silent after that long; 0: never.");
  d.rule(is_topic(name), "name must not have + or #");
}

Wiring DeviceSettings::wiring() const {
  const auto at = std::ranges::find(kRoles, role, [](const char* text) { return std::string_view(text); });
  return {static_cast<Role>(at - std::begin(kRoles)), actions, inverted};
}

void Settings::declare(config::Declaration& d) {
  d.text("host", broker.host, "Name or address of the broker that Zigbee2MQTT publishes to.");
  d.integer("port", broker.port, {1, 65535}, "Its TCP port.");
  d.text("user", broker.user, "User name; empty: none.");
  d.text("password_file", password_file, "File whose first line is the password.");
  d.text("base_topic", base_topic, "Zigbee2MQTT's base_topic.");
  d.duration("interval_s", interval, {0s, 24h},
             "Shortest time between two readings of one number, or of a state that has not changed.");
  d.list("devices", devices, "The devices to listen to; others are passed over.");
  d.required("devices");
  d.rule(is_topic(base_topic), "base_topic must not be empty or have + or #");
}

Result<std::unique_ptr<Driver>> Settings::create(const std::string& id, const DriverContext& context) const {
  Listening listening{broker, base_topic, id, {}};
  Result<std::string> password = first_line(password_file);
  if (!password) return password.error().in("password_file");
  listening.broker.password = *password;
  for (const DeviceSettings& device : devices) {
    const Sensor sensor{device.id.empty() ? "zigbee-" + device.name : device.id, device.silent_after};
    const bool added =
        listening.devices.emplace(device.name, std::make_unique<Attention>(sensor, device.wiring(), interval)).second;
    if (!added) return Error(Code::invalid, "the device " + device.name + " is listed twice");
  }
  return std::unique_ptr<Driver>(std::make_unique<ZigbeeDriver>(std::move(listening), context));
}

}  // namespace zigbee2mqtt

std::unique_ptr<DriverSettings> zigbee2mqtt_settings() { return std::make_unique<zigbee2mqtt::Settings>(); }

}  // namespace vitald
