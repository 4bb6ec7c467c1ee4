// The body alone: heart, pulse, resident.

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "drivers/simulated/resident.hpp"

namespace vitald {
namespace {

constexpr int kHz = 250;

struct Day {
  std::vector<double> ecg;
  std::vector<double> pleth;
  double heart_rate = 0, saturation = 0, breaths = 0;  // means
};

Day live(Resident& resident, int seconds, const Situation& situation = {}, int from = 0) {
  Day day;
  for (int second = from; second < from + seconds; ++second) {
    resident.live_a_second(situation);
    for (int i = 0; i < kHz; ++i) {
      const double time = second + static_cast<double>(i) / kHz;
      resident.advance(time);
      day.ecg.push_back(resident.lead_ii());
      day.pleth.push_back(resident.pleth(time));
    }
    day.heart_rate += resident.heart_rate() / seconds;
    day.saturation += resident.oxygen_saturation() / seconds;
    day.breaths += resident.respiration_rate() / seconds;
  }
  return day;
}

// Samples at which a signal is highest within a stretch above the threshold.
std::vector<std::size_t> peaks(const std::vector<double>& signal, double threshold) {
  std::vector<std::size_t> found;
  bool above = false;
  for (std::size_t i = 0; i < signal.size(); ++i) {
    if (signal[i] > threshold && !above) found.push_back(i);
    if (signal[i] > threshold && signal[i] > signal[found.back()]) found.back() = i;
    above = signal[i] > threshold;
  }
  return found;
}

std::vector<double> intervals(const std::vector<std::size_t>& peaks) {
  std::vector<double> seconds;
  for (std::size_t i = 1; i < peaks.size(); ++i) seconds.push_back(static_cast<double>(peaks[i] - peaks[i - 1]) / kHz);
  return seconds;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// Power of an unevenly sampled series at one frequency.
double power(const std::vector<double>& values, double hertz) {
  double time = 0, in_phase = 0, quadrature = 0;
  const double middle = mean(values);
  for (const double value : values) {
    time += value;
    in_phase += (value - middle) * std::cos(2 * std::numbers::pi * hertz * time);
    quadrature += (value - middle) * std::sin(2 * std::numbers::pi * hertz * time);
  }
  return in_phase * in_phase + quadrature * quadrature;
}

double band(const std::vector<double>& values, double low, double high) {
  double sum = 0;
  for (double hertz = low; hertz < high; hertz += 0.001) sum += power(values, hertz);
  return sum;
}

TEST_CASE("a heart beats at the rate that it is asked for") {
  for (const double rate : {45.0, 72.0, 150.0}) {
    Heart heart(60 / rate, 1);
    int beats = 0;
    for (int i = 0; i < 600 * kHz; ++i) beats += heart.advance(1.0 / kHz, 60 / rate, 0).has_value();
    CHECK(std::abs(beats / 10.0 - rate) < 0.2);
  }
}

TEST_CASE("an R wave is as high at any heart rate") {
  for (const double rate : {50.0, 150.0}) {
    Heart heart(60 / rate, 1);
    double highest = 0;
    for (int i = 0; i < 20 * kHz; ++i) {
      heart.advance(1.0 / kHz, 60 / rate, 0);
      highest = std::max(highest, heart.lead_ii());
    }
    CHECK(highest > 0.9);
    CHECK(highest < 1.2);
  }
}

TEST_CASE("an ECG has one R wave a beat and its mean rate is the heart rate shown") {
  for (std::uint32_t number = 1; number <= 5; ++number) {
    Resident resident(7, number);
    const Day day = live(resident, 300);
    const auto rr = intervals(peaks(day.ecg, 0.5));
    CAPTURE(number, day.heart_rate);
    CHECK(std::abs(60 / mean(rr) - day.heart_rate) < 2);
    CHECK(*std::ranges::min_element(rr) > 0.6 * mean(rr));
    CHECK(*std::ranges::max_element(rr) < 1.6 * mean(rr));
  }
}

TEST_CASE("the tachogram has a slow peak and one at the breath") {
  Resident resident(3, 2);
  const Day day = live(resident, 600);
  const auto rr = intervals(peaks(day.ecg, 0.5));
  const double breath = day.breaths / 60;
  const double between = band(rr, 0.15, 0.17);
  CHECK(band(rr, 0.09, 0.11) > 5 * between);
  CHECK(band(rr, breath - 0.01, breath + 0.01) > 5 * between);
}

TEST_CASE("each beat reaches the finger a transit delay later") {
  Resident resident(5, 1);
  const Day day = live(resident, 60);
  const auto r = peaks(day.ecg, 0.5);
  const auto pulses = peaks(day.pleth, 700);
  REQUIRE(pulses.size() > 40);
  for (const std::size_t pulse : pulses) {
    const auto after = std::ranges::upper_bound(r, pulse);
    if (after == r.begin()) continue;
    const double delay = static_cast<double>(pulse - *std::prev(after)) / kHz;
    CHECK(delay > 0.28);
    CHECK(delay < 0.42);
  }
}

TEST_CASE("a healthy resident's values are in range") {
  for (std::uint32_t number = 1; number <= 20; ++number) {
    Resident resident(11, number);
    const Day day = live(resident, 60);
    const BloodPressure pressure = resident.blood_pressure();
    CAPTURE(number);
    CHECK(day.saturation > 93);
    CHECK(resident.oxygen_saturation() <= 100);
    CHECK(day.breaths > 9);
    CHECK(day.breaths < 22);
    CHECK(pressure.diastolic < pressure.mean);
    CHECK(pressure.mean < pressure.systolic);
    CHECK(resident.skin_temperature() > 32);
    CHECK(resident.skin_temperature() < 36);
  }
}

TEST_CASE("fever warms and quickens, and passes") {
  Resident resident(1, 1);
  const Day before = live(resident, 60);
  const double cool = resident.skin_temperature();
  const Day ill = live(resident, 600, {.fever = true}, 60);
  CHECK(resident.skin_temperature() > cool + 1.5);
  CHECK(ill.heart_rate > before.heart_rate + 5);
  CHECK(ill.breaths > before.breaths + 2);
  live(resident, 1200, {}, 660);
  CHECK(resident.skin_temperature() < cool + 0.5);
}

TEST_CASE("a desaturation brings the oxygen saturation below 90, and passes") {
  Resident resident(1, 1);
  live(resident, 40, {.desaturation = true});
  CHECK(resident.oxygen_saturation() < 90);
  CHECK(resident.oxygen_saturation() > 70);
  live(resident, 60, {}, 40);
  CHECK(resident.oxygen_saturation() > 93);
}

TEST_CASE("steps are made out of bed only") {
  Resident resident(1, 1);
  live(resident, 30, {.bed_exit = true});
  CHECK_FALSE(resident.in_bed());
  CHECK(resident.steps() > 30);
}

TEST_CASE("two residents of one seed differ, the same resident does not") {
  Resident one(1, 1), again(1, 1), other(1, 2);
  const Day day = live(one, 5);
  CHECK(live(again, 5).ecg == day.ecg);
  CHECK(live(other, 5).ecg != day.ecg);
}

}  // namespace
}  // namespace vitald
