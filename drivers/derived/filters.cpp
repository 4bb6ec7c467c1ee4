#include "drivers/derived/filters.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace vitald {
namespace {

constexpr double kLargest = 1e12;  // no sensor gives more; sums stay exact enough

std::size_t length_of(double samples) { return static_cast<std::size_t>(std::max(1.0, std::round(samples))); }

}  // namespace

MovingAverage::MovingAverage(double samples) : window_(length_of(samples)) {}

double MovingAverage::add(double value) {
  if (first_) std::ranges::fill(window_, value);
  if (first_) sum_ = value * static_cast<double>(window_.size());
  first_ = false;
  sum_ += value - window_[next_];
  window_[next_] = value;
  if (++next_ == window_.size()) {
    next_ = 0;
    sum_ = std::accumulate(window_.begin(), window_.end(), 0.0);  // so that rounding never piles up
  }
  return sum_ / static_cast<double>(window_.size());
}

Difference::Difference(double samples) : window_(length_of(samples)) {}

double Difference::add(double value) {
  if (first_) std::ranges::fill(window_, value);
  first_ = false;
  const double before = window_[next_];
  window_[next_] = value;
  next_ = (next_ + 1) % window_.size();
  return value - before;
}

// By the bilinear transform, with the corner prewarped.
Butterworth::Butterworth(Pass pass, double corner_hz, double rate_hz) {
  const double k = std::tan(std::numbers::pi * std::min(corner_hz, 0.45 * rate_hz) / rate_hz);
  const double norm = 1 / (1 + std::numbers::sqrt2 * k + k * k);
  const bool low = pass == Pass::low;
  b0_ = low ? k * k * norm : norm;
  b1_ = low ? 2 * b0_ : -2 * b0_;
  b2_ = b0_;
  a1_ = 2 * (k * k - 1) * norm;
  a2_ = (1 - std::numbers::sqrt2 * k + k * k) * norm;
}

// Transposed direct form II.
double Butterworth::add(double value) {
  if (first_) {
    const double steady = value * (b0_ + b1_ + b2_) / (1 + a1_ + a2_);
    s2_ = b2_ * value - a2_ * steady;
    s1_ = b1_ * value - a1_ * steady + s2_;
    first_ = false;
  }
  const double out = b0_ * value + s1_;
  s1_ = b1_ * value - a1_ * out + s2_;
  s2_ = b2_ * value - a2_ * out;
  return out;
}

double Cleaner::operator()(double value) {
  if (std::isfinite(value) && std::abs(value) <= kLargest) last_ = value;
  return last_;
}

SlotMeans::SlotMeans(double rate_hz, double to_hz) : rate_hz_(rate_hz), slot_hz_(std::min(rate_hz, to_hz)) {}

bool SlotMeans::add(double value) {
  sum_ += value;
  ++in_slot_;
  ++samples_;
  const auto ended = static_cast<long long>(static_cast<double>(samples_) * slot_hz_ / rate_hz_ + 1e-9);
  if (ended <= slots_) return false;
  value_ = sum_ / static_cast<double>(in_slot_);
  sum_ = 0;
  in_slot_ = 0;
  slots_ = ended;
  return true;
}

double SlotMeans::sample_of(double slot) const { return (slot + 0.5) * rate_hz_ / slot_hz_ - 0.5; }

}  // namespace vitald
