#include "drivers/derived/fall/fall_detector.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vitald {
namespace {

constexpr double kImpact_g = 2.0;        // total sum vector
constexpr double kUpright_g = 0.5;       // vertical acceleration: at or below it the wearer lies
constexpr double kGravity_hz = 0.25;     // low pass that leaves the posture
constexpr double kPostureAfter_s = 2.0;  // after the impact
constexpr double kPostureMean_s = 0.4;
constexpr double kGravityDelay_s = 0.9;  // of a causal filter of that corner; the paper's had none
constexpr double kBeforeFall_s = 0.5;    // with the filter's delay: 1.4 s before the impact, the body was still upright
constexpr double kLongest_s = 5;         // blows that go on longer are no fall
constexpr double kHistory_s = kBeforeFall_s + 1;

double length(const Vector3& v) { return std::hypot(v[0], v[1], v[2]); }

Butterworth gravity_filter(double rate_hz) { return {Butterworth::Pass::low, kGravity_hz, rate_hz}; }

}  // namespace

FallDetector::FallDetector(double rate_hz, std::optional<Vector3> up)
    : rate_hz_(rate_hz),
      up_(up),
      gravity_filter_{gravity_filter(rate_hz), gravity_filter(rate_hz), gravity_filter(rate_hz)},
      settled_filter_{MovingAverage(kPostureMean_s * rate_hz), MovingAverage(kPostureMean_s * rate_hz),
                      MovingAverage(kPostureMean_s * rate_hz)},
      gravity_history_{History(kHistory_s * rate_hz), History(kHistory_s * rate_hz), History(kHistory_s * rate_hz)} {
  if (up_) reference_ = *up_;
}

std::optional<Fall> FallDetector::add(const Vector3& acceleration) {
  Vector3 clean;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    clean[axis] = clean_[axis](acceleration[axis]);
    const double gravity = gravity_filter_[axis].add(clean[axis]);
    gravity_history_[axis].add(gravity);
    settled_[axis] = settled_filter_[axis].add(gravity);
  }
  ++now_;
  if (const double magnitude = length(clean); magnitude >= kImpact_g) begin_impact(magnitude);
  return judge_posture();
}

void FallDetector::begin_impact(double magnitude) {
  const std::int64_t sample = now_ - 1;
  if (!impact_) impact_ = Impact{sample, sample, sample, magnitude, posture_before()};
  impact_->last = sample;
  if (magnitude > impact_->peak) impact_->peak = magnitude, impact_->peak_at = sample;
}

// After the last blow of a fall, or once blows have gone on for too long.
std::optional<Fall> FallDetector::judge_posture() {
  if (!impact_) return {};
  const double since_last = static_cast<double>(now_ - impact_->last) / rate_hz_;
  const double since_first = static_cast<double>(now_ - impact_->first) / rate_hz_;
  const double wait = kPostureAfter_s + kGravityDelay_s;
  if (since_last < wait && since_first < kLongest_s + wait) return {};
  const Impact impact = *impact_;
  impact_.reset();
  reference_ = impact.upright;
  if (upright()) return {};
  return Fall{impact.peak_at, impact.peak, tilt(reference_)};
}

Vector3 FallDetector::posture_before() const {
  if (up_) return *up_;
  const History& any = gravity_history_[0];
  const auto at = std::max<std::int64_t>(any.end() - 1 - std::llround(kBeforeFall_s * rate_hz_), any.begin());
  return {gravity_history_[0][at], gravity_history_[1][at], gravity_history_[2][at]};
}

// The paper's sensor has a vertical axis; here the share of gravity along the direction that was vertical.
bool FallDetector::upright() const {
  const double size = length(reference_);
  if (size == 0) return true;
  double along = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) along += settled_[axis] * reference_[axis] / size;
  return along > kUpright_g;
}

double FallDetector::tilt(const Vector3& from) const {
  const double sizes = length(from) * length(settled_);
  double product = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) product += from[axis] * settled_[axis];
  return sizes > 0 ? std::acos(std::clamp(product / sizes, -1.0, 1.0)) * 180 / std::numbers::pi : 0;
}

}  // namespace vitald
