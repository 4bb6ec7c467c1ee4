#pragma once

// Falls of somebody who wears an accelerometer at the waist: impact, then lying. The threshold rule of Kangas,
// Konttila, Lindgren, Winblad and Jaemsae, "Comparison of low-complexity fall detection algorithms for body attached
// accelerometers", Gait & Posture 28(2), 2008, with the thresholds published there for the waist.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "drivers/derived/filters.hpp"
#include "drivers/derived/history.hpp"

namespace vitald {

using Vector3 = std::array<double, 3>;

struct Fall {
  std::int64_t sample;  // of the impact's peak
  double impact_g;      // its height
  double tilt_deg;      // of the body afterwards, away from upright
};

class FallDetector {
 public:
  static constexpr std::string_view kAlgorithm = "kangas-impact-posture";
  static constexpr int kVersion = 1;
  static constexpr double kLeastRate_hz = 20;

  // up: the direction in which the worn sensor feels gravity when its wearer stands. Nothing: as it was just before
  // the impact, so that the sensor may be worn in any position.
  FallDetector(double rate_hz, std::optional<Vector3> up);

  // In g. A fall is told about 3 s after its last impact.
  std::optional<Fall> add(const Vector3& acceleration);
  // The wearer's trunk is upright, measured against `up` or the posture before the last fall.
  bool upright() const;

 private:
  void begin_impact(double magnitude);
  std::optional<Fall> judge_posture();
  Vector3 posture_before() const;
  double tilt(const Vector3& from) const;

  double rate_hz_;
  std::optional<Vector3> up_;
  std::array<Cleaner, 3> clean_;
  std::array<Butterworth, 3> gravity_filter_;
  std::array<MovingAverage, 3> settled_filter_;
  std::array<History, 3> gravity_history_;
  Vector3 settled_{};  // gravity's direction and size, mean of the last 0.4 s

  struct Impact {
    std::int64_t first, last, peak_at;  // samples
    double peak;
    Vector3 upright;
  };
  std::optional<Impact> impact_;
  Vector3 reference_{};  // upright before the last impact
  std::int64_t now_ = 0;
};

}  // namespace vitald
