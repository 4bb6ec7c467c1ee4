#pragma once

// From beats to rates that can be trusted. A window of 10 s is good when its beats look alike: the mean correlation of
// each beat with the mean of all of them is the quality index of Orphanidou, Bonnici, Charlton, Clifton, Vallance and
// Tarassenko, "Signal-quality indices for the electrocardiogram and photoplethysmogram", IEEE J. Biomed. Health Inform.
// 19(3), 2015. Rates are given only for good windows, beats only where the signal is not hopeless.

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "drivers/derived/history.hpp"

namespace vitald {

struct Beat {
  std::int64_t sample;  // since the start
  int quality;          // percent: of the window around it
};

struct Rate {
  std::int64_t sample;               // the end of its window
  std::optional<double> per_minute;  // nothing: the signal is too poor, or there is nothing to count
  int quality;                       // percent
};

// What an analysis adds to.
struct BeatOutput {
  std::vector<Beat> beats;
  std::vector<Rate> rates;  // one a second
};

class BeatSeries {
 public:
  static constexpr double kWindow_s = 10;

  // good: least mean correlation for a rate; hopeless: below it beats are not given either. latest: how many seconds
  // after a sample its beat may be added.
  // uneven: the largest ratio of two intervals of a good window; the paper's is 2.2, but an ECG shows real arrhythmias.
  struct Rules {
    double good, hopeless, uneven, latest_s;
  };

  BeatSeries(double rate_hz, const Rules& rules);

  // The signal whose shape is compared, sample by sample.
  void add_sample(double shape) { shape_.add(shape); }
  void add_beat(std::int64_t sample);
  // No beat before `sample` will be added any more.
  void settle(std::int64_t sample, BeatOutput& out);
  // Nothing more comes at all.
  void finish(BeatOutput& out);

 private:
  Rate judge(std::int64_t end) const;
  double likeness(std::span<const std::int64_t> beats) const;
  bool is_steady(std::span<const std::int64_t> beats) const;
  void give_beats(std::int64_t before, int quality, BeatOutput& out);
  void forget(std::int64_t before);

  double rate_hz_;
  Rules rules_;
  History shape_;
  std::deque<std::int64_t> beats_;  // in order; of the last window and what is not settled
  std::int64_t given_ = 0;          // beats before it were given, or never will be
  std::int64_t next_second_ = 1;    // whose window is judged next
  int quality_ = 0;                 // of the last window judged
};

}  // namespace vitald
