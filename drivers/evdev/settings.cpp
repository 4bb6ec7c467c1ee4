#include <set>

#include "drivers/contact/report.hpp"
#include "drivers/evdev/evdev_driver.hpp"

namespace vitald {
namespace evdev {

void KeySettings::declare(config::Declaration& d) {
  d.text("id", id, "Name of the key; its readings come from `<driver id>-<id>`.");
  d.required("id");
  d.integer("code", code, {0, 767}, "The key's code as `evtest` shows it; 0 = any key of the device.");
  contact::declare_metric(d, metric);
  contact::declare(d, rules);
}

void Settings::declare(config::Declaration& d) {
  d.text("name", name, "The input device's name, as /proc/bus/input/devices shows it.");
  d.text("phys", phys, "Or the port it is plugged into (Phys), where two have one name.");
  d.rule(name.empty() != phys.empty(), "name or phys, one of them, must say which device it is");
  d.boolean("grab", grab, "Whether its keys are kept from everyone else, the console included.");
  d.list("keys", keys, "Its keys.");
  d.required("keys");
  std::set<std::string> ids;
  bool unique = true;
  for (const KeySettings& key : keys) unique = ids.insert(key.id).second && unique;
  d.rule(unique, "keys: two have the same id");
  d.text("sysfs", sysfs, "Where the kernel lists input devices.");
  d.text("dev", dev, "Where their device files are.");
}

Result<std::unique_ptr<Driver>> Settings::create(const std::string& id, const DriverContext& context) const {
  return std::unique_ptr<Driver>(std::make_unique<EvdevDriver>(id, *this, context));
}

}  // namespace evdev

std::unique_ptr<DriverSettings> evdev_settings() { return std::make_unique<evdev::Settings>(); }

}  // namespace vitald
