#pragma once

// The Date Time of the Bluetooth specifications: year (16 bits), month, day, hours, minutes, seconds; no zone.

#include <cstdint>
#include <optional>
#include <string>

#include "platform/model/instant.hpp"

namespace vitald {

struct DateTime {
  std::uint16_t year = 0;  // 0 = unknown, as month and day
  std::uint8_t month = 0;
  std::uint8_t day = 0;
  std::uint8_t hours = 0;
  std::uint8_t minutes = 0;
  std::uint8_t seconds = 0;
};

// Nothing when it is no instant: a part is unknown, or there is no such day or time of day.
std::optional<DeviceTime> device_time(const DateTime& date_time);

// "2024-02-30T25:61:00": the digits as sent, possible or not.
std::string text(const DateTime& date_time);

// "2024-03-05T07:08:09", with the microseconds where there are some.
std::string text(DeviceTime time);

}  // namespace vitald
