#include "drivers/derived/ppg/pulse_rate.hpp"

namespace vitald {
namespace {

// The least mean correlation of a good plethysmogram: the paper in beat_series.hpp.
constexpr BeatSeries::Rules kRules{0.86, 0.66, 2.2, PulseDetector::kLatest_s};

}  // namespace

PulseRate::PulseRate(double rate_hz) : detector_(rate_hz), series_(rate_hz, kRules) {}

void PulseRate::add(double sample, BeatOutput& out) {
  const double clean = clean_(sample);
  detector_.add(clean, peaks_);
  series_.add_sample(detector_.band());
  take_peaks();
  series_.settle(detector_.settled(), out);
}

void PulseRate::finish(BeatOutput& out) {
  detector_.finish(peaks_);
  take_peaks();
  series_.finish(out);
}

void PulseRate::take_peaks() {
  for (const std::int64_t peak : peaks_) series_.add_beat(peak);
  peaks_.clear();
}

}  // namespace vitald
