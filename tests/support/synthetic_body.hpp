#pragma once

// For tests: bodies whose rates are known.

#include <cmath>
#include <cstdint>
#include <functional>
#include <numbers>
#include <vector>

#include "drivers/simulated/heart.hpp"
#include "drivers/simulated/pulse.hpp"
#include "drivers/simulated/random.hpp"

namespace vitald {

using Signal = std::vector<double>;

struct KnownBeats {
  Signal ecg, ppg;
  std::vector<std::int64_t> beats;  // R peaks, in samples
};

// McSharry's heart and its pulse. interval: seconds from the n-th beat to the next.
inline KnownBeats beating(double rate_hz, double seconds, const std::function<double(int)>& interval) {
  KnownBeats known;
  Heart heart(interval(0), 1);
  Pulse pulse(0.2);
  const int parts = static_cast<int>(std::ceil(200 / rate_hz));  // a step of the model is at most 5 ms
  const double step = 1 / rate_hz / parts;
  int beats = 1;
  for (std::int64_t i = 0; static_cast<double>(i) < seconds * rate_hz; ++i) {
    for (int part = 0; part < parts; ++part) {
      const double now = (static_cast<double>(i) + (part + 1.0) / parts) / rate_hz;
      const auto ago = heart.advance(step, interval(beats), 0);
      if (!ago) continue;
      known.beats.push_back(std::llround((now - *ago) * rate_hz));
      pulse.beat(now - *ago);
      ++beats;
    }
    known.ecg.push_back(heart.lead_ii());
    known.ppg.push_back(pulse.at(static_cast<double>(i) / rate_hz));
  }
  return known;
}

inline KnownBeats beating(double rate_hz, double seconds, double per_minute) {
  return beating(rate_hz, seconds, [=](int beat) { return 60 / per_minute * (1 + 0.03 * std::sin(beat * 0.7)); });
}

inline Signal sine(double rate_hz, double seconds, double hertz, double height) {
  Signal signal;
  for (double i = 0; i < seconds * rate_hz; ++i)
    signal.push_back(height * std::sin(2 * std::numbers::pi * hertz * i / rate_hz));
  return signal;
}

inline Signal noise(std::size_t samples, double deviation, std::uint64_t seed) {
  Random random(seed);
  Signal signal;
  for (std::size_t i = 0; i < samples; ++i) signal.push_back(deviation * random.normal());
  return signal;
}

// a x scale + b, sample by sample.
inline Signal mixed(Signal a, const Signal& b, double scale = 1) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = a[i] * scale + b[i % b.size()];
  return a;
}

// How many of `wanted` have one of `found` within so many samples of their own, each counted once. Both in order.
inline std::size_t matches(const std::vector<std::int64_t>& wanted, const std::vector<std::int64_t>& found,
                           std::int64_t within) {
  std::size_t count = 0, next = 0;
  for (const std::int64_t beat : wanted) {
    while (next < found.size() && found[next] < beat - within) ++next;
    if (next == found.size() || found[next] > beat + within) continue;
    ++count;
    ++next;
  }
  return count;
}

template <class Algorithm, class Output>
Output output_of(const Signal& signal, double rate_hz) {
  Algorithm algorithm(rate_hz);
  Output output;
  for (const double sample : signal) algorithm.add(sample, output);
  algorithm.finish(output);
  return output;
}

}  // namespace vitald
