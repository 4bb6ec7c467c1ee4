#include "tests/unit/sync/batch/samples.hpp"

#include <algorithm>
#include <cmath>

namespace vitald::samples {
namespace {

struct Course {
  const Metric* metric;
  std::int64_t every_ms;
  int exponent;
  std::int64_t start;
  int least, most;  // step of a random walk
};

const Course kCourses[] = {{&kHeartRate, 1000, 0, 72, -2, 2},   {&kSpo2, 1000, 0, 97, -1, 1},
                           {&kRespiration, 5000, 0, 16, -1, 1}, {&kSteps, 5000, 0, 5321, 0, 8},
                           {&kSkin, 10000, -2, 3312, -3, 3},    {&kHrv, 60000, 0, 42, -5, 5}};

}  // namespace

std::vector<Reading> mixed_readings(unsigned seed, const std::vector<const Sensor*>& sensors) {
  std::mt19937 random(seed);
  const auto between = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  const std::int64_t start_us = 3 * 86'400'000'000;
  std::vector<Reading> all;
  for (std::size_t c = 0; c < std::size(kCourses); ++c) {
    const Course& course = kCourses[c];
    const std::int64_t offset_ms = between(0, course.every_ms - 1);
    std::int64_t value = course.start;
    for (std::int64_t i = 0; i < 100; ++i, value += between(course.least, course.most)) {
      const std::int64_t ms = 100 + offset_ms + i * course.every_ms + between(-8, 8);
      all.push_back(reading(*sensors[c], *course.metric, start_us + ms * 1000, {value, course.exponent}));
    }
  }
  std::ranges::stable_sort(all, {}, &Reading::time);
  all.resize(100);
  return all;
}

std::vector<std::int64_t> synthetic_ecg(std::size_t samples, double rate_hz, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, 5);
  const auto bump = [](double phase, double at, double width, double height) {
    return height * std::exp(-(phase - at) * (phase - at) / (2 * width * width));
  };
  std::vector<std::int64_t> ecg;
  for (std::size_t i = 0; i < samples; ++i) {
    const double t = static_cast<double>(i) / rate_hz;
    const double phase = std::fmod(t * 1.2, 1.0);  // 72 beats a minute
    const double uv = bump(phase, 0.20, 0.025, 120) - bump(phase, 0.37, 0.008, 150) + bump(phase, 0.40, 0.010, 1100) -
                      bump(phase, 0.43, 0.009, 250) + bump(phase, 0.65, 0.045, 300) + 80 * std::sin(1.5 * t);
    ecg.push_back(std::llround(uv + noise(random)));
  }
  return ecg;
}

}  // namespace vitald::samples
