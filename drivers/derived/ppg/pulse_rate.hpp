#pragma once

// Pulses and pulse rate from a plethysmogram: PulseDetector and BeatSeries put together.

#include <cstdint>
#include <string_view>
#include <vector>

#include "drivers/derived/beat_series.hpp"
#include "drivers/derived/filters.hpp"
#include "drivers/derived/ppg/pulse_detector.hpp"

namespace vitald {

class PulseRate {
 public:
  static constexpr std::string_view kAlgorithm = "elgendi";
  static constexpr int kVersion = 1;
  static constexpr double kLeastRate_hz = PulseDetector::kLeastRate_hz;

  explicit PulseRate(double rate_hz);

  void add(double sample, BeatOutput& out);
  void finish(BeatOutput& out);

 private:
  void take_peaks();

  Cleaner clean_;
  PulseDetector detector_;
  BeatSeries series_;
  std::vector<std::int64_t> peaks_;
};

}  // namespace vitald
