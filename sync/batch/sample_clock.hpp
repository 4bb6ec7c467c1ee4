#pragma once

// A clock that ticks at a rate: tick i is i x 1000 / rate_mhz seconds behind the first, rounded down to the
// microsecond.

#include <cstdint>

#include "platform/model/reading.hpp"

namespace vitald {

class SampleClock {
 public:
  static constexpr std::uint64_t kNanoHertz = 1'000'000'000;  // a period in us is this over the rate in mHz

  SampleClock() = default;
  // phase: the first tick's fraction of a microsecond, in 1 / rate; below rate.
  explicit SampleClock(RateMilliHz rate, std::uint32_t phase = 0)
      : rate_(rate), whole_(kNanoHertz / rate), rest_(kNanoHertz % rate), phase_(phase) {}

  std::uint64_t us() const { return us_; }  // since the first tick
  std::uint64_t half_period_us() const { return whole_ / 2 + 1; }
  void advance() {
    us_ += whole_;
    phase_ += rest_;
    if (phase_ < rate_) return;
    phase_ -= rate_;
    ++us_;
  }

 private:
  std::uint64_t rate_ = 1, whole_ = 0, rest_ = 0, phase_ = 0, us_ = 0;
};

}  // namespace vitald
