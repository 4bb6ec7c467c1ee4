#pragma once

// A sensor's clock shows local time: ours, as it is written to it.

#include <cstdint>
#include <vector>

#include "platform/model/instant.hpp"

namespace vitald::ble {

DeviceTime local_time(UtcTime utc);
std::vector<std::uint8_t> date_time_octets(UtcTime utc);     // 2A08
std::vector<std::uint8_t> current_time_octets(UtcTime utc);  // 2A2B: with day of week, fraction and reason

}  // namespace vitald::ble
