#include "drivers/ble/device_clock.hpp"

#include <ctime>

namespace vitald::ble {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::uint8_t kManualUpdate = 1;

std::tm parts(UtcTime utc) {
  const auto seconds = static_cast<std::time_t>(us(utc) / kSecond);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return local;
}

}  // namespace

DeviceTime local_time(UtcTime utc) { return {us(utc) + parts(utc).tm_gmtoff * kSecond}; }

std::vector<std::uint8_t> date_time_octets(UtcTime utc) {
  const std::tm local = parts(utc);
  const int year = local.tm_year + 1900;
  std::vector<std::uint8_t> octets;
  for (const int part :
       {year & 0xFF, year >> 8, local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec})
    octets.push_back(static_cast<std::uint8_t>(part));
  return octets;
}

std::vector<std::uint8_t> current_time_octets(UtcTime utc) {
  std::vector<std::uint8_t> octets = date_time_octets(utc);
  const int day = parts(utc).tm_wday;  // Sunday is 0 here, 7 there
  octets.push_back(static_cast<std::uint8_t>(day == 0 ? 7 : day));
  octets.push_back(static_cast<std::uint8_t>(us(utc) % kSecond * 256 / kSecond));
  octets.push_back(kManualUpdate);
  return octets;
}

}  // namespace vitald::ble
