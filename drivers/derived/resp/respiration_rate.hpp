#pragma once

// Breaths and respiration rate from a respiration signal: the chest's impedance, a belt, the chest's distance from a
// radar. Windows of 32 s, one a second.

#include <cstdint>
#include <string_view>
#include <vector>

#include "drivers/derived/beat_series.hpp"
#include "drivers/derived/filters.hpp"
#include "drivers/derived/history.hpp"

namespace vitald {

class RespirationRate {
 public:
  static constexpr std::string_view kAlgorithm = "count-orig";
  static constexpr int kVersion = 1;
  static constexpr double kWindow_s = 32;
  static constexpr double kLeastRate_hz = 4;

  explicit RespirationRate(double rate_hz);

  // A beat of the output is the end of an inspiration (or, when the signal is upside down, of an expiration).
  void add(double sample, BeatOutput& out);
  void finish(BeatOutput& out);

 private:
  Rate judge(std::int64_t until, BeatOutput& out);

  Cleaner clean_;
  SlotMeans slots_;
  History slow_;
  std::int64_t given_ = 0;       // slots whose breaths were given
  std::int64_t last_peak_ = -1;  // slot
  std::int64_t next_ = 0;        // the slot behind the next window
};

}  // namespace vitald
