#include "drivers/simulated/pulse.hpp"

#include <cmath>

namespace vitald {
namespace {

constexpr double kLongAgo = -1e9;

double bump(double time, double centre, double width) {
  const double away = (time - centre) / width;
  return std::exp(-0.5 * away * away);
}

// Seconds since the foot: the systolic peak, then the wave reflected by the body's lower half.
double wave(double since_foot) { return bump(since_foot, 0.13, 0.05) + 0.45 * bump(since_foot, 0.32, 0.09); }

}  // namespace

void Pulse::clear() { beats_.fill(kLongAgo); }

void Pulse::beat(double time) {
  beats_[next_] = time;
  next_ = (next_ + 1) % beats_.size();
}

double Pulse::at(double time) const {
  double height = 0;
  for (const double beat : beats_) height += wave(time - beat - transit_);
  return height;
}

}  // namespace vitald
