#include "drivers/derived/beat_series.hpp"

#include <algorithm>
#include <cmath>

namespace vitald {
namespace {

constexpr double kLongestGap_s = 3;              // between two beats of a good window: the paper's
constexpr std::size_t kFewest = 3;               // beats that can look alike
constexpr double kSlowest = 20, kFastest = 300;  // a minute: the physical range of the catalogue's heart rates

std::int64_t median_interval(std::span<const std::int64_t> beats) {
  std::vector<std::int64_t> intervals;
  for (std::size_t i = 1; i < beats.size(); ++i) intervals.push_back(beats[i] - beats[i - 1]);
  const auto middle = intervals.begin() + static_cast<std::ptrdiff_t>(intervals.size() / 2);
  std::ranges::nth_element(intervals, middle);
  return *middle;
}

using Shape = std::vector<double>;

// About zero and of one size, so that one artefact among the beats does not make their mean.
void normalise(Shape& shape) {
  double sum = 0, squares = 0;
  for (const double value : shape) sum += value;
  const double mean = sum / static_cast<double>(shape.size());
  for (double& value : shape) value -= mean, squares += value * value;
  if (squares <= 0) return;
  for (double& value : shape) value /= std::sqrt(squares);
}

double correlation(const Shape& a, const Shape& b) {
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

// Mean correlation of each with the mean of all.
double mean_correlation(const std::vector<Shape>& shapes) {
  if (shapes.size() < kFewest) return 0;
  Shape mean(shapes.front().size(), 0.0);
  for (const Shape& shape : shapes)
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += shape[i];
  double sum = 0;
  for (const Shape& shape : shapes) sum += correlation(shape, mean);
  return sum / static_cast<double>(shapes.size());
}

int percent(double likeness) { return static_cast<int>(std::lround(100 * std::clamp(likeness, 0.0, 1.0))); }

}  // namespace

BeatSeries::BeatSeries(double rate_hz, const Rules& rules)
    : rate_hz_(rate_hz), rules_(rules), shape_(rate_hz * (kWindow_s + rules.latest_s + 4)) {}

void BeatSeries::add_beat(std::int64_t sample) {
  const auto after = std::ranges::upper_bound(beats_, sample);
  if (after == beats_.begin() || *std::prev(after) != sample) beats_.insert(after, sample);
}

// A beat belongs to the window that has it in its middle.
void BeatSeries::settle(std::int64_t sample, BeatOutput& out) {
  while (static_cast<double>(next_second_) * rate_hz_ <= static_cast<double>(sample)) {
    const auto end = static_cast<std::int64_t>(static_cast<double>(next_second_) * rate_hz_);
    const Rate rate = judge(end);
    const auto middle = end - static_cast<std::int64_t>(rate_hz_ * kWindow_s / 2);
    quality_ = rate.quality;
    if (static_cast<double>(next_second_) >= kWindow_s) {
      out.rates.push_back(rate);
      give_beats(middle, quality_, out);
    }
    forget(end - static_cast<std::int64_t>(rate_hz_ * (kWindow_s + 1)));
    ++next_second_;
  }
}

void BeatSeries::finish(BeatOutput& out) {
  settle(shape_.end(), out);
  const bool short_signal = static_cast<double>(shape_.end()) < kWindow_s * rate_hz_;
  if (short_signal) out.rates.push_back(judge(shape_.end()));
  give_beats(shape_.end(), short_signal ? out.rates.back().quality : quality_, out);
}

Rate BeatSeries::judge(std::int64_t end) const {
  const auto from = std::ranges::lower_bound(beats_, end - static_cast<std::int64_t>(rate_hz_ * kWindow_s));
  const std::vector<std::int64_t> beats(from, std::ranges::lower_bound(beats_, end));
  if (beats.size() < kFewest) return {end, {}, 0};
  const double alike = likeness(beats);
  const auto intervals = static_cast<double>(beats.size() - 1);
  const double rate = 60 * rate_hz_ * intervals / static_cast<double>(beats.back() - beats.front());
  if (alike < rules_.good || !is_steady(beats) || rate < kSlowest || rate > kFastest) return {end, {}, percent(alike)};
  return {end, rate, percent(alike)};
}

bool BeatSeries::is_steady(std::span<const std::int64_t> beats) const {
  std::int64_t shortest = beats[1] - beats[0], longest = shortest;
  for (std::size_t i = 2; i < beats.size(); ++i) {
    shortest = std::min(shortest, beats[i] - beats[i - 1]);
    longest = std::max(longest, beats[i] - beats[i - 1]);
  }
  const auto gap = static_cast<double>(longest);
  return gap <= kLongestGap_s * rate_hz_ && gap <= rules_.uneven * static_cast<double>(shortest);
}

// Each beat is compared over one median interval around it.
double BeatSeries::likeness(std::span<const std::int64_t> beats) const {
  const std::int64_t half = std::max<std::int64_t>(median_interval(beats) / 2, 1);
  std::vector<Shape> shapes;
  for (const std::int64_t beat : beats) {
    if (beat - half < shape_.begin() || beat + half >= shape_.end()) continue;
    Shape& shape = shapes.emplace_back();
    for (std::int64_t i = beat - half; i <= beat + half; ++i) shape.push_back(shape_[i]);
    normalise(shape);
  }
  return mean_correlation(shapes);
}

void BeatSeries::give_beats(std::int64_t before, int quality, BeatOutput& out) {
  const auto first = std::ranges::lower_bound(beats_, given_);
  const auto last = std::ranges::lower_bound(beats_, before);
  given_ = std::max(given_, before);
  if (quality < percent(rules_.hopeless)) return;
  for (auto beat = first; beat < last; ++beat) out.beats.push_back({*beat, quality});
}

void BeatSeries::forget(std::int64_t before) {
  while (!beats_.empty() && beats_.front() < before) beats_.pop_front();
}

}  // namespace vitald
