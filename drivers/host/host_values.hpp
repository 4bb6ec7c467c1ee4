#pragma once

// The device's own health, as hwmon and power_supply show it in sysfs.

#include <string>
#include <string_view>
#include <vector>

#include "platform/model/decimal.hpp"
#include "platform/model/reading.hpp"

namespace vitald::host {

struct HostValue {
  std::string part;         // stable: "coretemp-temp1", "BAT0"
  std::string_view metric;  // of the catalogue
  Decimal value;
  Quality quality = quality::kGood;
};

// What can be read at present; a part that has gone, or does not answer, is left out. classes: "/sys/class". Blocks.
std::vector<HostValue> read_host(const std::string& classes);

}  // namespace vitald::host
