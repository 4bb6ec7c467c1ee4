#include "drivers/derived/qrs/heart_rate.hpp"

namespace vitald {
namespace {

// The least mean correlation of a good ECG: the paper in beat_series.hpp. White noise stays below the other figure.
constexpr BeatSeries::Rules kRules{0.66, 0.4, 1e9, QrsDetector::kLatest_s};

}  // namespace

HeartRate::HeartRate(double rate_hz) : detector_(rate_hz), series_(rate_hz, kRules) {}

void HeartRate::add(double sample, BeatOutput& out) {
  detector_.add(clean_(sample), peaks_);
  take_peaks();
  series_.settle(detector_.settled(), out);
}

void HeartRate::finish(BeatOutput& out) {
  detector_.finish(peaks_);
  take_peaks();
  series_.finish(out);
}

void HeartRate::take_peaks() {
  const QrsFilter& filter = detector_.filter();
  for (; shaped_ < filter.band_end(); ++shaped_) series_.add_sample(filter.band(shaped_));
  for (const std::int64_t peak : peaks_) series_.add_beat(peak);
  peaks_.clear();
}

}  // namespace vitald
