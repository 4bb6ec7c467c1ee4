#include "drivers/gatt/date_time.hpp"

#include <chrono>
#include <cstdio>

namespace vitald {

std::optional<DeviceTime> device_time(const DateTime& d) {
  using namespace std::chrono;
  const year_month_day date{year(d.year), month(d.month), day(d.day)};
  // The specification's years begin with the calendar's reform.
  if (d.year < 1582 || d.year > 9999 || !date.ok()) return std::nullopt;
  if (d.hours > 23 || d.minutes > 59 || d.seconds > 59) return std::nullopt;
  const microseconds since =
      sys_days(date).time_since_epoch() + hours(d.hours) + minutes(d.minutes) + seconds(d.seconds);
  return DeviceTime{since.count()};
}

std::string text(const DateTime& d) {
  char room[40];
  std::snprintf(room, sizeof room, "%04u-%02u-%02uT%02u:%02u:%02u", unsigned{d.year}, unsigned{d.month},
                unsigned{d.day}, unsigned{d.hours}, unsigned{d.minutes}, unsigned{d.seconds});
  return room;
}

std::string text(DeviceTime time) {
  using namespace std::chrono;
  const microseconds since(time.us);
  const auto midnight = floor<days>(since);
  const year_month_day date{sys_days(midnight)};
  const hh_mm_ss clock(since - midnight);
  const auto unsigned_count = [](auto duration) { return static_cast<std::uint8_t>(duration.count()); };
  std::string out =
      text(DateTime{static_cast<std::uint16_t>(static_cast<int>(date.year())),
                    static_cast<std::uint8_t>(static_cast<unsigned>(date.month())),
                    static_cast<std::uint8_t>(static_cast<unsigned>(date.day())), unsigned_count(clock.hours()),
                    unsigned_count(clock.minutes()), unsigned_count(clock.seconds())});
  if (clock.subseconds().count() == 0) return out;
  char fraction[24];
  std::snprintf(fraction, sizeof fraction, ".%06lld", static_cast<long long>(clock.subseconds().count()));
  return out + fraction;
}

}  // namespace vitald
