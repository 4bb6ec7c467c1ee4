#pragma once

// Where the pulses of a plethysmogram are: Elgendi, Norton, Brearley, Abbott and Schuurmans, "Systolic peak detection
// in acceleration photoplethysmograms measured from emergency responders in tropical conditions", PLoS ONE 8(10), 2013.
// Two moving averages of the squared signal, one as long as a systolic peak and one as long as a beat: where the first
// is above the second there is a peak. Independent of the signal's unit and rate (20 Hz or more).

#include <cstdint>
#include <vector>

#include "drivers/derived/filters.hpp"
#include "drivers/derived/history.hpp"

namespace vitald {

class PulseDetector {
 public:
  static constexpr double kLeastRate_hz = 20;
  static constexpr double kLatest_s = 3;  // a pulse is found at most so long after its peak

  explicit PulseDetector(double rate_hz);

  // Takes the next sample and appends the peaks it decides on, in order.
  void add(double sample, std::vector<std::int64_t>& peaks);
  void finish(std::vector<std::int64_t>& peaks);
  // No peak before this sample will come any more.
  std::int64_t settled() const;
  // The signal without what is slower or faster than a pulse, from 0.5 to 8 Hz.
  double band() const { return band_[band_.end() - 1]; }

 private:
  void end_block(std::int64_t end, std::vector<std::int64_t>& peaks);

  double rate_hz_;
  Butterworth low_, high_;
  MovingAverage peak_mean_, beat_mean_, level_;
  std::int64_t lead_;  // samples by which the short mean is earlier than the long one
  History band_, peak_means_;
  std::int64_t block_ = -1;  // its first sample
  std::int64_t last_ = -1;   // peak given
  double newest_ = 0;
};

}  // namespace vitald
