// How much faster than real time each algorithm of drivers/derived is on one core. Prints, judges nothing.

#include <chrono>
#include <cstdio>

#include "drivers/derived/fall/fall_detector.hpp"
#include "drivers/derived/ppg/pulse_rate.hpp"
#include "drivers/derived/qrs/heart_rate.hpp"
#include "drivers/derived/resp/respiration_rate.hpp"
#include "tests/support/synthetic_body.hpp"

using namespace vitald;

namespace {

constexpr double kMinutes = 10;

void print(const char* what, double rate_hz, double seconds, std::size_t events) {
  std::printf("%-5s %6.0f Hz: %8.0f times as fast as real time (%.0f min in %.3f s, %zu events)\n", what, rate_hz,
              kMinutes * 60 / seconds, kMinutes, seconds, events);
}

template <class Work>
void measure(const char* what, double rate_hz, const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  const std::size_t events = work();
  print(what, rate_hz, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), events);
}

template <class Algorithm>
void measure_rates(const char* what, const Signal& signal, double rate_hz) {
  measure(what, rate_hz, [&] { return output_of<Algorithm, BeatOutput>(signal, rate_hz).beats.size(); });
}

// Walking, with a fall every minute.
std::size_t fall(double rate_hz) {
  FallDetector detector(rate_hz, {});
  std::size_t falls = 0;
  for (double i = 0; i < kMinutes * 60 * rate_hz; ++i) {
    const double second = std::fmod(i / rate_hz, 60);
    const double size = second > 30 && second < 30.1 ? 3 : 1 + 0.3 * std::sin(12 * second);
    falls += detector.add(second > 30 && second < 50 ? Vector3{0, 0, size} : Vector3{0, size, 0}).has_value();
  }
  return falls;
}

}  // namespace

int main() {
  for (const double rate : {250.0, 1000.0}) {
    const KnownBeats body = beating(rate, kMinutes * 60, 75);
    measure_rates<HeartRate>("qrs", body.ecg, rate);
    measure_rates<PulseRate>("ppg", body.ppg, rate);
  }
  measure_rates<RespirationRate>("resp", sine(125, kMinutes * 60, 0.25, 1), 125);
  for (const double rate : {50.0, 200.0}) measure("fall", rate, [=] { return fall(rate); });
}
