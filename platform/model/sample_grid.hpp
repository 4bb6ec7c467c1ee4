#pragma once

// Times of samples that come at a rate: an even grid as long as the kernel's timestamps agree with it, so that a
// waveform is one column; a jump starts it anew.

#include <algorithm>

#include "platform/model/instant.hpp"
#include "platform/model/reading.hpp"

namespace vitald {

class SampleGrid {
 public:
  // tolerance: how far a sample may be off before the grid begins anew; at least a period.
  SampleGrid(RateMilliHz rate, Microseconds tolerance) : rate_(rate), tolerance_(std::max(tolerance, period())) {}

  // The next sample's time; `measured` is when it was taken, as far as that is known.
  BootTime next(BootTime measured) {
    const Microseconds off = measured - expected();
    if (count_ < 0 || off > tolerance_ || off < -tolerance_) {
      if (count_ >= 0 && off > period()) lost_ += static_cast<std::uint64_t>((off + period() / 2) / period());
      origin_ = measured;
      count_ = 0;
    }
    const BootTime time = expected();
    ++count_;
    return time;
  }
  // Samples that were missed in all: the buffer overran, or nobody read it.
  std::uint64_t lost() const { return lost_; }
  Microseconds period() const { return Microseconds(1'000'000'000 / rate_); }

 private:
  BootTime expected() const {
    const std::int64_t sample = count_ < 0 ? 0 : count_;
    return origin_ + Microseconds(sample * 1'000'000'000 / rate_);
  }

  RateMilliHz rate_;
  Microseconds tolerance_;
  BootTime origin_{};
  std::int64_t count_ = -1;  // samples since origin_; -1: none yet
  std::uint64_t lost_ = 0;
};

}  // namespace vitald
