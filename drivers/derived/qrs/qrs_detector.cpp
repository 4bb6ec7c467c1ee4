#include "drivers/derived/qrs/qrs_detector.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vitald {
namespace {

// All from the paper and its published program.
constexpr double kLongestHump_s = 0.095;  // a hump that does not fall to its half is over after so long
constexpr double kApart_s = 0.2;          // of two humps nearer than this the larger counts
constexpr double kTWave_s = 0.36;         // nearer to a QRS complex, half its slope is wanted
constexpr double kShift_s = 0.22;         // rise and fall of a QRS complex are nearer than this
constexpr double kThreshold = 0.475;      // of the way from noise to QRS complexes
constexpr double kSearchBack = 1.5;       // intervals without a QRS complex
constexpr std::size_t kLearning_s = 8;
constexpr double kSettle_s = 4;  // 1.5 intervals of 2 s, and what is held

constexpr double kNearPeak_s = 0.1;  // where the R peak and its slopes are looked for

}  // namespace

void QrsDetector::Eight::add(double value) {
  values[next] = value;
  next = (next + 1) % values.size();
}

double QrsDetector::Eight::median() const {
  auto sorted = values;
  std::ranges::sort(sorted);
  return (sorted[3] + sorted[4]) / 2;
}

QrsDetector::QrsDetector(double rate_hz) : rate_hz_(rate_hz), filter_(rate_hz) {
  intervals_.values.fill(rate_hz);  // one second
}

void QrsDetector::add(double sample, Peaks& peaks) {
  const double height = filter_.add(newest_ = sample);
  ++now_;
  const std::optional<Hump> hump = without_smaller_neighbours(next_hump(height));
  if (hump && learnt_) decide(*hump, peaks);
  if (learnt_) search_back(peaks);
  learn(hump, peaks);
}

// As if the signal stayed where it ended, until what is held has been decided.
void QrsDetector::finish(Peaks& peaks) {
  const auto rest = std::llround(filter_.delay()) + samples(kApart_s + kLongestHump_s) + 2;
  for (std::int64_t i = 0; i < rest; ++i) add(newest_, peaks);
  if (learnt_) return;
  if (second_top_ > 0) seconds_.push_back(second_top_);
  if (!seconds_.empty()) end_learning(peaks);
}

std::int64_t QrsDetector::settled() const { return learnt_ ? std::max<std::int64_t>(0, now_ - samples(kSettle_s)) : 0; }

// ---- humps

// A hump is over when it has fallen to its half, or has lasted too long.
std::optional<QrsDetector::Hump> QrsDetector::next_hump(double height) {
  const bool rises = height > before_;
  before_ = height;
  if (rises && height > top_) {
    top_ = height;
    top_at_ = now_;
    return {};
  }
  if (top_ <= 0 || (height >= top_ / 2 && now_ - top_at_ <= samples(kLongestHump_s))) return {};
  const Hump hump = hump_at(top_at_ - std::llround(filter_.delay()), top_);
  top_ = 0;
  return hump;
}

// The R peak is where the filtered ECG is farthest from zero.
QrsDetector::Hump QrsDetector::hump_at(std::int64_t sample, double height) const {
  Hump hump{std::max<std::int64_t>(sample, 0), height, {}};
  double farthest = 0;
  const auto end = std::min(sample + samples(kNearPeak_s) + 1, filter_.band_end());
  for (auto i = std::max(sample - samples(kNearPeak_s), filter_.band_begin()); i < end; ++i)
    if (std::abs(filter_.band(i)) > farthest) farthest = std::abs(filter_.band(i)), hump.sample = i;
  hump.slopes = filter_.slopes_near(hump.sample, kNearPeak_s);
  return hump;
}

std::optional<QrsDetector::Hump> QrsDetector::without_smaller_neighbours(std::optional<Hump> hump) {
  if (hump && (!held_ || hump->height > held_->height)) {
    held_ = hump;
    held_since_ = now_;
    return {};
  }
  if (!held_ || now_ - held_since_ < samples(kApart_s)) return {};
  return std::exchange(held_, {});
}

// ---- thresholds

double QrsDetector::threshold() const {
  const double noise = noise_.median();
  return noise + kThreshold * (qrs_.median() - noise);
}

// At the start, and after eight seconds without a QRS complex, the largest hump of each second stands for one.
void QrsDetector::learn(const std::optional<Hump>& hump, Peaks& peaks) {
  if (hump && (!last_ || hump->sample > last_->sample)) {
    second_top_ = std::max(second_top_, hump->height);
    unsure_.push_back(*hump);
  }
  if (now_ - second_begin_ < samples(1)) return;
  second_begin_ = now_;
  if (second_top_ > 0) seconds_.push_back(second_top_);
  second_top_ = 0;
  if (seconds_.size() == kLearning_s) end_learning(peaks);
}

void QrsDetector::end_learning(Peaks& peaks) {
  for (std::size_t i = 0; i < kLearning_s; ++i) qrs_.add(seconds_[i % seconds_.size()]);
  noise_.values.fill(0);
  intervals_.values.fill(rate_hz_);
  spare_.reset();
  seconds_.clear();
  learnt_ = true;
  const std::vector<Hump> humps = std::exchange(unsure_, {});
  for (const Hump& hump : humps) decide(hump, peaks);
}

// ---- decisions

bool QrsDetector::is_baseline_shift(const Hump& hump) const {
  const QrsFilter::Slopes& s = hump.slopes;
  return s.rise < s.fall / 8 || s.fall < s.rise / 8 || s.between > samples(kShift_s);
}

bool QrsDetector::is_t_wave(const Hump& hump) const {
  return last_ && hump.sample - last_->sample < samples(kTWave_s) &&
         hump.slopes.steepest() < last_->slopes.steepest() / 2;
}

void QrsDetector::decide(const Hump& hump, Peaks& peaks) {
  if (last_ && hump.sample <= last_->sample) return;
  if (is_baseline_shift(hump)) return;
  if (hump.height > threshold() && !is_t_wave(hump)) return accept(hump, peaks);
  noise_.add(hump.height);
  const bool early = last_ && hump.sample - last_->sample < samples(kTWave_s);
  if (!early && (!spare_ || hump.height > spare_->height)) spare_ = hump;
}

void QrsDetector::accept(const Hump& hump, Peaks& peaks) {
  if (last_) intervals_.add(static_cast<double>(hump.sample - last_->sample));
  qrs_.add(hump.height);
  last_ = hump;
  spare_.reset();
  unsure_.clear();
  seconds_.clear();
  second_top_ = 0;
  second_begin_ = now_;
  peaks.push_back(hump.sample);
}

void QrsDetector::search_back(Peaks& peaks) {
  if (!spare_ || !last_) return;
  const double waited = static_cast<double>(now_ - last_->sample - samples(kApart_s)) - filter_.delay();
  if (waited < kSearchBack * intervals_.median() || spare_->height <= threshold() / 2) return;
  accept(Hump(*spare_), peaks);
}

}  // namespace vitald
