#pragma once

// Where the QRS complexes are: the decision rules of Hamilton, "Open source ECG analysis", Computers in Cardiology 29,
// 2002, with the thresholds published there. Independent of the ECG's unit, polarity and rate (100 Hz or more).

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "drivers/derived/qrs/qrs_filter.hpp"

namespace vitald {

class QrsDetector {
 public:
  static constexpr double kLeastRate_hz = 100;
  // A QRS complex is found at most so long after it: eight seconds of learning, and the search back.
  static constexpr double kLatest_s = 12;

  explicit QrsDetector(double rate_hz);

  // Takes the next sample and appends the R peaks it decides on, in order.
  void add(double sample, std::vector<std::int64_t>& peaks);
  // The signal has ended: what it holds is decided on.
  void finish(std::vector<std::int64_t>& peaks);
  // No peak before this sample will come any more.
  std::int64_t settled() const;

  const QrsFilter& filter() const { return filter_; }

 private:
  struct Hump {
    std::int64_t sample;  // of the R peak
    double height;
    QrsFilter::Slopes slopes;
  };
  // The last eight of something, and their median.
  struct Eight {
    std::array<double, 8> values{};
    std::size_t next = 0;
    void add(double value);
    double median() const;
  };
  using Peaks = std::vector<std::int64_t>;

  std::optional<Hump> next_hump(double height);
  std::optional<Hump> without_smaller_neighbours(std::optional<Hump> hump);
  Hump hump_at(std::int64_t sample, double height) const;
  void learn(const std::optional<Hump>& hump, Peaks& peaks);
  void end_learning(Peaks& peaks);
  void decide(const Hump& hump, Peaks& peaks);
  void accept(const Hump& hump, Peaks& peaks);
  void search_back(Peaks& peaks);
  bool is_baseline_shift(const Hump& hump) const;
  bool is_t_wave(const Hump& hump) const;
  double threshold() const;
  std::int64_t samples(double seconds) const { return static_cast<std::int64_t>(seconds * rate_hz_ + 0.5); }

  double rate_hz_;
  QrsFilter filter_;
  std::int64_t now_ = 0;  // samples taken
  double newest_ = 0;

  double top_ = 0, before_ = 0;  // the hump on its way
  std::int64_t top_at_ = 0;
  std::optional<Hump> held_;  // waits for a larger one within 200 ms
  std::int64_t held_since_ = 0;

  std::vector<Hump> unsure_;     // since the last QRS or the start, while thresholds are (re)learnt
  std::vector<double> seconds_;  // the largest hump of each second without a QRS
  double second_top_ = 0;
  std::int64_t second_begin_ = 0;
  bool learnt_ = false;

  Eight qrs_, noise_, intervals_;
  std::optional<Hump> last_;   // QRS
  std::optional<Hump> spare_;  // the largest hump since that was no QRS
};

}  // namespace vitald
