#include "drivers/simulated/heart.hpp"

#include <cmath>
#include <numbers>

namespace vitald {
namespace {

constexpr double kPi = std::numbers::pi;

struct Wave {
  double angle;   // on the circle, R = 0
  double height;  // mV
  double width;   // radians
};

// Angles and widths: the paper's table I. Heights instead of its a_i (height = a_i b_i^2): those of a grown-up's lead
// II.
constexpr Wave kWaves[] = {
    {-kPi / 3, 0.15, 0.25},   // P
    {-kPi / 12, -0.12, 0.1},  // Q
    {0, 1.1, 0.1},            // R
    {kPi / 12, -0.25, 0.1},   // S
    {kPi / 2, 0.3, 0.4},      // T
};

constexpr double kBreathMillivolts = 0.15;  // the paper's A: how far breathing moves the baseline

double wrapped(double angle) { return std::remainder(angle, 2 * kPi); }

// Equation 1's sum over the waves, times the angular speed: a wave's height then does not depend on the heart rate.
double push(double angle, double speed) {
  double sum = 0;
  for (const Wave& wave : kWaves) {
    const double away = wrapped(angle - wave.angle) / wave.width;
    sum -= wave.height * speed * away / wave.width * std::exp(-0.5 * away * away);
  }
  return sum;
}

}  // namespace

// Equation 1.
Heart::State Heart::slope(const State& state, double speed, double baseline) const {
  const auto [x, y, z] = state;
  const double inwards = 1 - std::hypot(x, y);
  return {inwards * x - speed * y, inwards * y + speed * x, scale_ * push(std::atan2(y, x), speed) - (z - baseline)};
}

std::optional<double> Heart::advance(double dt, double next_interval, double breath) {
  const double speed = 2 * kPi / interval_, baseline = kBreathMillivolts * breath;
  const auto moved = [&](const State& by, double part) {
    return State{state_[0] + part * by[0], state_[1] + part * by[1], state_[2] + part * by[2]};
  };
  // Classic Runge-Kutta of fourth order, as in the paper.
  const State a = slope(state_, speed, baseline);
  const State b = slope(moved(a, dt / 2), speed, baseline);
  const State c = slope(moved(b, dt / 2), speed, baseline);
  const State d = slope(moved(c, dt), speed, baseline);
  const double before = std::atan2(state_[1], state_[0]);
  for (std::size_t i = 0; i < 3; ++i) state_[i] += dt / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
  const double after = std::atan2(state_[1], state_[0]);
  if (before >= 0 || after < 0) return std::nullopt;
  interval_ = next_interval;
  return dt * after / (after - before);
}

}  // namespace vitald
