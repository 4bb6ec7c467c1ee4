#pragma once

// Where the pulses of a plethysmogram are: multi-scale peak detection (MSPTD), Bishop and Ercole, "Multi-scale peak and
// trough detection optimised for periodic and quasi-periodic neuroscience data", Acta Neurochir. Suppl. 126, 2018, at
// 20 Hz and with no scale beyond a heart rate of 30 a minute, as Charlton and others, "MSPTDfast", 2024, found to cost
// least. Independent of the signal's unit and rate (20 Hz or more).

#include <cstdint>
#include <span>
#include <vector>

#include "drivers/derived/filters.hpp"
#include "drivers/derived/history.hpp"

namespace vitald {

// The peaks of a stretch of signal, by their places in it: where it is above its neighbours at every distance up to the
// one at which the stretch as a whole has most such places.
std::vector<std::size_t> multi_scale_peaks(std::span<const double> signal, std::size_t largest_scale);

class PulsePeaks {
 public:
  static constexpr double kLeastRate_hz = 20;
  static constexpr double kLatest_s = 8;  // a pulse is found at most so long after its peak

  explicit PulsePeaks(double rate_hz);

  // Takes the next sample and appends the peaks it decides on, in order.
  void add(double sample, std::vector<std::int64_t>& peaks);
  void finish(std::vector<std::int64_t>& peaks);
  // No peak before this sample will come any more.
  std::int64_t settled() const;

 private:
  void search(std::int64_t from, std::int64_t until, std::vector<std::int64_t>& peaks) const;
  std::int64_t refined(double sample) const;

  SlotMeans slots_;
  History slow_, fast_;            // the signal at 20 Hz, and as it came
  std::int64_t settled_slot_ = 0;  // peaks before it were given
};

}  // namespace vitald
