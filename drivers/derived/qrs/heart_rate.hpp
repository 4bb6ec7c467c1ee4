#pragma once

// Heart beats and heart rate from one lead of an ECG: QrsDetector and BeatSeries put together.

#include <cstdint>
#include <string_view>
#include <vector>

#include "drivers/derived/beat_series.hpp"
#include "drivers/derived/filters.hpp"
#include "drivers/derived/qrs/qrs_detector.hpp"

namespace vitald {

class HeartRate {
 public:
  static constexpr std::string_view kAlgorithm = "hamilton";
  static constexpr int kVersion = 1;
  static constexpr double kLeastRate_hz = QrsDetector::kLeastRate_hz;

  explicit HeartRate(double rate_hz);

  void add(double sample, BeatOutput& out);
  void finish(BeatOutput& out);

 private:
  void take_peaks();

  Cleaner clean_;
  QrsDetector detector_;
  BeatSeries series_;
  std::vector<std::int64_t> peaks_;
  std::int64_t shaped_ = 0;  // samples given to the series
};

}  // namespace vitald
