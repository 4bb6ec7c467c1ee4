#include "drivers/derived/ppg/pulse_peaks.hpp"

#include <algorithm>
#include <cmath>

namespace vitald {
namespace {

constexpr double kRate_hz = 20;
constexpr double kWindow_s = 8, kMargin_s = 2;  // of a window, the peaks in its middle are taken
constexpr double kLongestBeat_s = 2;            // 30 a minute

// Without its straight line, so that a drift does not hide the peaks.
std::vector<double> detrended(std::span<const double> signal) {
  const auto n = static_cast<double>(signal.size());
  double sum = 0, moment = 0;
  for (std::size_t i = 0; i < signal.size(); ++i) {
    sum += signal[i];
    moment += signal[i] * (static_cast<double>(i) - (n - 1) / 2);
  }
  const double slope = n > 1 ? moment * 12 / (n * (n * n - 1)) : 0;
  std::vector<double> flat(signal.begin(), signal.end());
  for (std::size_t i = 0; i < flat.size(); ++i) flat[i] -= sum / n + slope * (static_cast<double>(i) - (n - 1) / 2);
  return flat;
}

bool is_above(std::span<const double> x, std::size_t i, std::size_t scale) {
  return i >= scale && i + scale < x.size() && x[i] > x[i - scale] && x[i] > x[i + scale];
}

std::size_t peaks_at(std::span<const double> x, std::size_t scale) {
  std::size_t count = 0;
  for (std::size_t i = scale; i + scale < x.size(); ++i) count += is_above(x, i, scale);
  return count;
}

bool is_peak(std::span<const double> x, std::size_t i, std::size_t scales) {
  for (std::size_t scale = 1; scale <= scales; ++scale)
    if (!is_above(x, i, scale)) return false;
  return true;
}

}  // namespace

std::vector<std::size_t> multi_scale_peaks(std::span<const double> signal, std::size_t largest_scale) {
  const std::vector<double> x = detrended(signal);
  std::size_t best = 1, most = 0;
  for (std::size_t scale = 1; scale <= std::min(largest_scale, x.size() / 2); ++scale)
    if (const std::size_t count = peaks_at(x, scale); count > most) most = count, best = scale;
  std::vector<std::size_t> peaks;
  for (std::size_t i = best; i + best < x.size(); ++i)
    if (is_peak(x, i, best)) peaks.push_back(i);
  return peaks;
}

PulsePeaks::PulsePeaks(double rate_hz)
    : slots_(rate_hz, kRate_hz), slow_(kWindow_s * slots_.rate_hz()), fast_((kWindow_s + 1) * rate_hz) {}

void PulsePeaks::add(double sample, std::vector<std::int64_t>& peaks) {
  fast_.add(sample);
  if (!slots_.add(sample)) return;
  slow_.add(slots_.value());
  const auto margin = static_cast<std::int64_t>(kMargin_s * slots_.rate_hz());
  const auto step = static_cast<std::int64_t>((kWindow_s - 2 * kMargin_s) * slots_.rate_hz());
  const std::int64_t until = slow_.end() - margin;
  if (until < settled_slot_ + step || slow_.end() < 2 * margin + step) return;
  search(settled_slot_, until, peaks);
  settled_slot_ = until;
}

void PulsePeaks::finish(std::vector<std::int64_t>& peaks) {
  search(settled_slot_, slow_.end(), peaks);
  settled_slot_ = slow_.end();
}

std::int64_t PulsePeaks::settled() const {
  return std::max<std::int64_t>(0, static_cast<std::int64_t>(slots_.sample_of(static_cast<double>(settled_slot_) - 1)));
}

void PulsePeaks::search(std::int64_t from, std::int64_t until, std::vector<std::int64_t>& peaks) const {
  std::vector<double> window;
  for (auto i = slow_.begin(); i < slow_.end(); ++i) window.push_back(slow_[i]);
  const auto largest = static_cast<std::size_t>(kLongestBeat_s * slots_.rate_hz());
  for (const std::size_t peak : multi_scale_peaks(window, largest)) {
    const std::int64_t slot = slow_.begin() + static_cast<std::int64_t>(peak);
    if (slot >= from && slot < until) peaks.push_back(refined(slots_.sample_of(static_cast<double>(slot))));
  }
}

// The highest sample of the signal itself within a slot on either side.
std::int64_t PulsePeaks::refined(double sample) const {
  const double slot = slots_.sample_of(1) - slots_.sample_of(0);
  const auto first = std::max(static_cast<std::int64_t>(std::ceil(sample - slot)), fast_.begin());
  const auto last = std::min(static_cast<std::int64_t>(sample + slot), fast_.end() - 1);
  std::int64_t highest = first;
  for (auto i = first; i <= last; ++i)
    if (fast_[i] > fast_[highest]) highest = i;
  return highest;
}

}  // namespace vitald
