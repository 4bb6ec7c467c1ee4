#pragma once

// Where simulated time lies on the boot clock: sample n of a signal of `hz` is at start + n / (hz x speed), to the
// microsecond, however long it runs.

#include "platform/model/instant.hpp"
#include "platform/model/reading.hpp"

namespace vitald {

class SimulatedClock {
 public:
  // speed: simulated seconds in a second, at least 1.
  SimulatedClock(BootTime start, std::uint32_t speed) : start_(start), speed_(speed) {}

  BootTime at(std::int64_t sample, std::uint32_t hz) const {
    const std::int64_t per_second = std::int64_t{hz} * speed_;
    return start_ + std::chrono::seconds(sample / per_second) +
           Microseconds(sample % per_second * 1'000'000 / per_second);
  }
  RateMilliHz rate(std::uint32_t hz) const { return hz * speed_ * 1000; }
  // Simulated time gone by.
  Microseconds elapsed(BootTime now) const { return (now - start_) * speed_; }

 private:
  BootTime start_;
  std::uint32_t speed_;
};

}  // namespace vitald
