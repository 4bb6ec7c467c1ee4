#pragma once

// Numbers a waveform's samples by their times, so that an algorithm neither runs on over a gap nor loses step.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "platform/model/reading.hpp"

namespace vitald {

class SampleClock {
 public:
  // How many samples further the next one is: 1 when it is in step, more when a few were lost, 0 when it begins anew.
  std::int64_t advance(BootTime time, RateMilliHz rate) {
    const double period_us = 1e9 / rate;
    const double steps = last_ && rate == rate_ ? static_cast<double>((time - *last_).count()) / period_us : -1;
    const bool goes_on = steps > 0 && steps * period_us <= kLongestGap_us;
    const std::int64_t whole = goes_on ? std::max<std::int64_t>(1, std::llround(steps)) : 0;
    number_ = goes_on ? number_ + whole : 0;
    last_ = time;
    rate_ = rate;
    return whole;
  }

  // When a sample was taken, counted from the newest.
  BootTime time_of(std::int64_t sample) const {
    return *last_ + Microseconds(std::llround(static_cast<double>(sample - number_) * 1e9 / rate_));
  }

 private:
  static constexpr double kLongestGap_us = 500'000;  // that is bridged by holding the signal

  std::optional<BootTime> last_;
  RateMilliHz rate_ = 0;
  std::int64_t number_ = 0;  // of the newest
};

}  // namespace vitald
