#include "drivers/derived/resp/breaths.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "drivers/derived/filters.hpp"

namespace vitald {
namespace {

constexpr double kSlowest_hz = 4.0 / 60, kFastest_hz = 1;  // 4 to 60 breaths a minute
constexpr double kPadding_s = 8;
constexpr double kLeastPeak = 0.2;  // of the third quartile of all peaks

// The rules of a good window.
constexpr double kMostSpread = 0.25;               // of durations: standard deviation by mean
constexpr double kMostOdd = 0.15;                  // part of durations far from the median
constexpr double kLeastCovered = 0.6;              // part of the window that valid breaths fill
constexpr double kLeastLikeness = 0.75;            // mean correlation with the mean breath
constexpr double kOddShort = 0.5, kOddLong = 1.5;  // of the median duration
constexpr std::size_t kFewest = 2;

using Signal = std::vector<double>;

// Mirrored about its ends, so that the filters have settled where the window begins.
Signal padded(std::span<const double> window, std::size_t padding) {
  Signal wide;
  for (std::size_t i = padding; i > 0; --i) wide.push_back(2 * window.front() - window[i]);
  wide.insert(wide.end(), window.begin(), window.end());
  for (std::size_t i = 1; i <= padding; ++i) wide.push_back(2 * window.back() - window[window.size() - 1 - i]);
  return wide;
}

void filter(Signal& signal, double rate_hz) {
  Butterworth low(Butterworth::Pass::low, kFastest_hz, rate_hz);
  Butterworth high(Butterworth::Pass::high, kSlowest_hz, rate_hz);
  for (double& value : signal) value = high.add(low.add(value));
}

// There and back: no delay.
Signal breathing_band(std::span<const double> window, double rate_hz) {
  const auto padding = std::min(static_cast<std::size_t>(kPadding_s * rate_hz), window.size() - 1);
  Signal signal = padded(window, padding);
  filter(signal, rate_hz);
  std::ranges::reverse(signal);
  filter(signal, rate_hz);
  std::ranges::reverse(signal);
  return {signal.begin() + static_cast<std::ptrdiff_t>(padding), signal.end() - static_cast<std::ptrdiff_t>(padding)};
}

struct Extremum {
  std::size_t at;
  bool is_peak;
};

std::vector<Extremum> extrema(const Signal& x) {
  std::vector<Extremum> found;
  for (std::size_t i = 1; i + 1 < x.size(); ++i) {
    if (x[i] > x[i - 1] && x[i] >= x[i + 1]) found.push_back({i, true});
    if (x[i] < x[i - 1] && x[i] <= x[i + 1]) found.push_back({i, false});
  }
  return found;
}

double least_peak(const Signal& x, const std::vector<Extremum>& all) {
  std::vector<double> heights;
  for (const Extremum& one : all)
    if (one.is_peak) heights.push_back(x[one.at]);
  if (heights.empty()) return 0;
  const auto quartile = heights.begin() + static_cast<std::ptrdiff_t>(heights.size() * 3 / 4);
  std::ranges::nth_element(heights, quartile);
  return kLeastPeak * *quartile;
}

// A valid breath: two peaks that are high enough with exactly one trough below zero between them.
void find_breaths(const Signal& x, Breaths& breaths) {
  const std::vector<Extremum> all = extrema(x);
  const double least = std::max(least_peak(x, all), 0.0);
  std::size_t troughs = 0, last = x.size();
  for (const Extremum& one : all) {
    if (!one.is_peak) troughs += x[one.at] < 0;
    if (!one.is_peak || x[one.at] <= least) continue;
    if (last < x.size() && troughs == 1) {
      if (breaths.peaks.empty() || breaths.peaks.back() != last) breaths.peaks.push_back(last);
      breaths.peaks.push_back(one.at);
      breaths.durations.push_back(one.at - last);
    }
    last = one.at;
    troughs = 0;
  }
}

double mean(const Signal& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double spread(const Signal& values) {
  const double middle = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - middle) * (value - middle);
  return std::sqrt(sum / static_cast<double>(values.size() - 1)) / middle;
}

double odd_part(Signal durations) {
  std::ranges::sort(durations);
  const double median = durations[durations.size() / 2];
  const auto odd =
      std::ranges::count_if(durations, [&](double d) { return d < kOddShort * median || d > kOddLong * median; });
  return static_cast<double>(odd) / static_cast<double>(durations.size());
}

double correlation(const Signal& a, const Signal& b) {
  const double mean_a = mean(a), mean_b = mean(b);
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

// Of each breath, one mean duration long about its peak, with the mean of all.
double likeness(const Signal& x, const std::vector<std::size_t>& peaks, double duration) {
  const auto half = static_cast<std::size_t>(duration / 2);
  std::vector<Signal> breaths;
  for (const std::size_t peak : peaks)
    if (peak >= half && peak + half < x.size())
      breaths.emplace_back(x.begin() + static_cast<std::ptrdiff_t>(peak - half),
                           x.begin() + static_cast<std::ptrdiff_t>(peak + half + 1));
  if (breaths.size() < kFewest) return 0;
  Signal all(2 * half + 1, 0.0);
  for (const Signal& breath : breaths)
    for (std::size_t i = 0; i < all.size(); ++i) all[i] += breath[i];
  double sum = 0;
  for (const Signal& breath : breaths) sum += correlation(breath, all);
  return sum / static_cast<double>(breaths.size());
}

}  // namespace

Breaths count_breaths(std::span<const double> window, double rate_hz) {
  Breaths breaths;
  if (window.size() < static_cast<std::size_t>(2 * rate_hz)) return breaths;
  const Signal x = breathing_band(window, rate_hz);
  find_breaths(x, breaths);
  if (breaths.durations.size() < kFewest) return breaths;
  const Signal durations(breaths.durations.begin(), breaths.durations.end());
  breaths.per_minute = 60 * rate_hz / mean(durations);
  const double alike = likeness(x, breaths.peaks, mean(durations));
  const double covered = mean(durations) * static_cast<double>(durations.size()) / static_cast<double>(x.size());
  breaths.quality = static_cast<int>(std::lround(100 * std::clamp(alike, 0.0, 1.0)));
  breaths.good = alike >= kLeastLikeness && covered >= kLeastCovered && spread(durations) <= kMostSpread &&
                 odd_part(durations) <= kMostOdd;
  return breaths;
}

}  // namespace vitald
