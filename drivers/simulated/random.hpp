#pragma once

// Chance, the same on every machine: neither the standard library's distributions nor libm are asked. And what is made
// of it: values that wander about zero, and rhythms.

#include <cmath>
#include <cstdint>
#include <numbers>

namespace vitald {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  // SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  double between(double low, double high) { return low + (high - low) * static_cast<double>(next() >> 11) * 0x1p-53; }

  // Mean 0, deviation 1: the sum of twelve uniform values.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += between(0, 1);
    return sum;
  }

 private:
  std::uint64_t state_;
};

// A value that strays from zero and comes back within `seconds` (Ornstein-Uhlenbeck process).
class Wander {
 public:
  Wander(double deviation, double seconds) : deviation_(deviation), seconds_(seconds) {}

  double advance(double dt, Random& random) {
    return value_ += -value_ * dt / seconds_ + deviation_ * std::sqrt(2 * dt / seconds_) * random.normal();
  }
  double value() const { return value_; }

 private:
  double deviation_, seconds_, value_ = 0;
};

// A sine whose pitch may change at any time without a jump.
class Rhythm {
 public:
  explicit Rhythm(double hertz) : hertz_(hertz) {}

  void retune(double hertz) { hertz_ = hertz; }
  void advance(double dt) { phase_ = std::fmod(phase_ + 2 * std::numbers::pi * hertz_ * dt, 2 * std::numbers::pi); }
  double value() const { return std::sin(phase_); }

 private:
  double hertz_, phase_ = 0;
};

}  // namespace vitald
