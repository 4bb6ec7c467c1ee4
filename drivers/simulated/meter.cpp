#include "drivers/simulated/meter.hpp"

#include <sstream>

namespace vitald {
namespace {

// A meter's display has no fractions of a second.
DeviceTime shown(Microseconds clock) {
  return DeviceTime{std::chrono::microseconds(std::chrono::floor<std::chrono::seconds>(clock)).count()};
}

}  // namespace

Result<void> Meter::restore(const Cursor& cursor) {
  if (cursor.bytes.empty()) return {};
  std::istringstream text(cursor.bytes);
  std::int64_t clock = 0;
  if (!(text >> last_ >> clock) || !text.eof())
    return Error(Code::corrupt,
                 "cursor " + name_ + ": '" + cursor.bytes.substr(0, 40) + "' is not a record and a time");
  clock_ = Microseconds(clock);
  return {};
}

Record Meter::store(std::vector<Reading> readings, Microseconds elapsed, std::optional<Microseconds> since_reset) {
  ++last_;
  const Microseconds clock = clock_ + elapsed;
  for (Reading& reading : readings) {
    reading.record_number = last_;
    reading.device_time = shown(since_reset.value_or(clock));
    if (since_reset) reading.quality |= quality::kClockNotSet;
  }
  return {std::move(readings), {name_, std::to_string(last_) + " " + std::to_string(clock.count())}};
}

}  // namespace vitald
