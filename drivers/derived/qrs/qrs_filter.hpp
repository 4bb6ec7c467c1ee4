#pragma once

// The first half of a QRS detector: what turns an ECG in any unit, at any rate, into one hump a QRS complex. As in
// Pan and Tompkins, "A real-time QRS detection algorithm", IEEE Trans. Biomed. Eng. 32(3), 1985, and Hamilton, "Open
// source ECG analysis", Computers in Cardiology 29, 2002: low pass, high pass, slope, absolute value, mean of 80 ms.
// All of it moving averages, so that its delay is exact.

#include <cstdint>

#include "drivers/derived/filters.hpp"
#include "drivers/derived/history.hpp"

namespace vitald {

class QrsFilter {
 public:
  explicit QrsFilter(double rate_hz);

  // Takes the next sample and returns the hump's height, which belongs to the sample delay() before.
  double add(double sample);
  double delay() const { return delay_; }

  // The ECG without what is slower or faster than a QRS complex, about 5 to 18 Hz; numbered as the samples.
  double band(std::int64_t sample) const { return band_[sample + band_delay_]; }
  // The newest sample whose band() is known.
  std::int64_t band_end() const { return band_.end() - band_delay_; }
  std::int64_t band_begin() const;

  // The steepest rise and fall of the ECG near a sample: both of a QRS complex are steep, a shifted baseline has one.
  struct Slopes {
    double rise = 0, fall = 0;  // both as positive numbers
    std::int64_t between = 0;   // samples from one to the other
    double steepest() const { return rise > fall ? rise : fall; }
  };
  Slopes slopes_near(std::int64_t sample, double seconds) const;

 private:
  double rate_hz_;
  MovingAverage low_a_, low_b_, slow_;
  History waits_;  // the low pass's output, for as long as the slow mean is late
  Difference slope_, raw_slope_;
  MovingAverage hump_;
  double delay_;
  std::int64_t band_delay_, slope_delay_;
  History band_, slopes_;
};

}  // namespace vitald
