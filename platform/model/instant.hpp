#pragma once

// Instants. Everything is stamped on the boot clock (CLOCK_BOOTTIME: counts from boot, runs on in suspend, is never
// set); UTC is derived from it by a Timeline.

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>

namespace vitald {

using Microseconds = std::chrono::duration<std::int64_t, std::micro>;

// The clock's name only: platform/linux reads it.
struct BootClock {
  using duration = Microseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
};

using BootTime = BootClock::time_point;                                            // since boot
using UtcTime = std::chrono::time_point<std::chrono::system_clock, Microseconds>;  // since 1970-01-01 UTC

// A sensor's own clock, as reported, never corrected: microseconds since 1970-01-01 in the sensor's own (zoneless)
// time, or since the start of the recording where it gives no date.
struct DeviceTime {
  std::int64_t us = 0;
  friend constexpr auto operator<=>(const DeviceTime&, const DeviceTime&) = default;
};

// The kernel's boot id: which boot a BootTime belongs to.
using BootId = std::array<std::uint8_t, 16>;

using Now = std::function<BootTime()>;  // the clock, as given to whatever waits: tests hand in their own

constexpr std::int64_t us(BootTime time) { return time.time_since_epoch().count(); }
constexpr std::int64_t us(UtcTime time) { return time.time_since_epoch().count(); }
constexpr BootTime boot_time(std::int64_t us) { return BootTime(Microseconds(us)); }
constexpr UtcTime utc_time(std::int64_t us) { return UtcTime(Microseconds(us)); }

}  // namespace vitald
