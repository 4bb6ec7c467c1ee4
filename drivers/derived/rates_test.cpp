// Heart, pulse and respiration rates on bodies whose rates are known, and on recordings that experts have labelled.

#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>

#include "agent/analyse/signals.hpp"
#include "drivers/derived/ppg/pulse_rate.hpp"
#include "drivers/derived/qrs/heart_rate.hpp"
#include "drivers/derived/resp/respiration_rate.hpp"
#include "drivers/replay/annotation_file.hpp"
#include "tests/support/synthetic_body.hpp"

using namespace vitald;

namespace {

std::vector<std::int64_t> places(const BeatOutput& output) {
  std::vector<std::int64_t> places;
  for (const Beat& beat : output.beats) places.push_back(beat.sample);
  return places;
}

BeatOutput hearts(const Signal& ecg, double rate_hz) { return output_of<HeartRate, BeatOutput>(ecg, rate_hz); }
BeatOutput pulses(const Signal& ppg, double rate_hz) { return output_of<PulseRate, BeatOutput>(ppg, rate_hz); }
BeatOutput breaths(const Signal& signal, double rate_hz) {
  return output_of<RespirationRate, BeatOutput>(signal, rate_hz);
}

std::size_t rates_given(const BeatOutput& output) {
  return static_cast<std::size_t>(
      std::ranges::count_if(output.rates, [](const Rate& rate) { return rate.per_minute.has_value(); }));
}

double mean_rate(const BeatOutput& output) {
  double sum = 0;
  for (const Rate& rate : output.rates) sum += rate.per_minute.value_or(0);
  return sum / static_cast<double>(std::max<std::size_t>(rates_given(output), 1));
}

// All beats found but for the first and last one, and nothing else.
void check_all_found(const KnownBeats& known, const BeatOutput& output, double rate_hz) {
  const auto found = places(output);
  const auto within = static_cast<std::int64_t>(0.05 * rate_hz);
  const std::size_t matched = matches(known.beats, found, within);
  CHECK(matched + 2 >= known.beats.size());
  CHECK(found.size() <= matched + 1);
}

std::optional<Signals> recording(const SignalRequest& request) {
  if (!std::filesystem::exists("../shared/data")) {
    std::cout << "SKIPPED: ../shared is absent\n";
    return {};
  }
  auto signals = read_signals(request);
  REQUIRE(signals);
  return std::move(*signals);
}

// The monitor's own numbers, one a second.
Signal numerics(std::size_t column) {
  const auto table =
      read_signals({"../shared/data/icu-bidmc-01/bidmc_01_Numerics.csv", {std::to_string(column)}, 1, 1, {}, false});
  REQUIRE(table);
  return table->samples.front();
}

double mean_error(const BeatOutput& output, const Signals& signals, const Signal& numbers) {
  double sum = 0, count = 0;
  for (const Rate& rate : output.rates) {
    const auto second = static_cast<std::size_t>(std::llround(signals.time_s(static_cast<double>(rate.sample))));
    if (!rate.per_minute || second >= numbers.size() || std::isnan(numbers[second])) continue;
    sum += std::abs(*rate.per_minute - numbers[second]);
    ++count;
  }
  REQUIRE(count > 200);
  return sum / count;
}

}  // namespace

TEST_CASE("every heart beat is found at any sampling rate") {
  for (const double rate : {100.0, 125.0, 128.0, 200.0, 257.0, 360.0, 500.0, 1000.0}) {
    CAPTURE(rate);
    const KnownBeats known = beating(rate, 60, 72);
    const BeatOutput output = hearts(known.ecg, rate);
    check_all_found(known, output, rate);
    CHECK(rates_given(output) == output.rates.size());
    CHECK(mean_rate(output) == Approx(72).margin(1));
  }
}

TEST_CASE("heart beats are found at any rate of the heart, in any unit, upside down and with an offset") {
  for (const double per_minute : {30.0, 45.0, 110.0, 180.0, 220.0}) {
    CAPTURE(per_minute);
    const KnownBeats known = beating(250, 60, per_minute);
    check_all_found(known, hearts(mixed(known.ecg, {-5000}, -200), 250), 250);
    CHECK(mean_rate(hearts(known.ecg, 250)) == Approx(per_minute).margin(1));
  }
}

TEST_CASE("mains, a wandering baseline and noise at 10 dB do not hide heart beats") {
  const KnownBeats known = beating(360, 60, 80);
  for (const double mains : {50.0, 60.0})
    check_all_found(known, hearts(mixed(known.ecg, sine(360, 60, mains, 1)), 360), 360);
  check_all_found(known, hearts(mixed(known.ecg, sine(360, 60, 0.2, 5)), 360), 360);
  check_all_found(known, hearts(mixed(known.ecg, noise(known.ecg.size(), 0.1, 5)), 360), 360);
}

TEST_CASE("a pause of five seconds has no beats in it, and the heart is found again after it") {
  const KnownBeats known = beating(250, 60, [](int beat) { return beat == 30 ? 5.0 : 0.8; });
  check_all_found(known, hearts(known.ecg, 250), 250);
}

TEST_CASE("a lead that becomes ten times smaller is followed within ten seconds") {
  const KnownBeats known = beating(250, 90, 75);
  Signal ecg = known.ecg;
  for (std::size_t i = 250 * 30; i < ecg.size(); ++i) ecg[i] *= 0.1;
  const auto found = places(hearts(ecg, 250));
  CHECK(std::ranges::count_if(found, [](std::int64_t beat) { return beat > 250 * 40; }) >= 60);
}

TEST_CASE("noise without a heart gives neither beats nor rates") {
  const Signal white = noise(360 * 60, 1, 11);
  Signal slow;
  Wander wander(1, 0.05);
  Random random(12);
  for (int i = 0; i < 360 * 60; ++i) slow.push_back(wander.advance(1.0 / 360, random));
  for (const Signal& signal : {white, slow, sine(360, 60, 50, 1), Signal(360 * 60, 3.0), Signal()}) {
    const BeatOutput output = hearts(signal, 360);
    CHECK(output.beats.size() <= 2);
    CHECK(rates_given(output) == 0);
  }
}

TEST_CASE("where noise drowns the heart no rate is given, and it returns with the signal") {
  const KnownBeats known = beating(250, 90, 70);
  Signal ecg = known.ecg;
  const Signal loud = noise(ecg.size(), 3, 21);
  for (std::size_t i = 250 * 30; i < 250 * 60; ++i) ecg[i] += loud[i];
  for (const Rate& rate : hearts(ecg, 250).rates) {
    if (rate.sample > 250 * 42 && rate.sample < 250 * 58) CHECK_FALSE(rate.per_minute);
    if (rate.sample < 250 * 29 || rate.sample > 250 * 82) CHECK(rate.per_minute.value_or(0) == Approx(70).margin(2));
  }
}

TEST_CASE("values that no sensor gives are taken as the one before") {
  const KnownBeats known = beating(250, 30, 75);
  Signal ecg = known.ecg;
  for (std::size_t i = 40; i < ecg.size(); i += 97) ecg[i] = i % 2 == 0 ? NAN : i % 3 == 0 ? INFINITY : -1e300;
  check_all_found(known, hearts(ecg, 250), 250);
}

TEST_CASE("every pulse is found at any sampling rate and in any unit") {
  for (const double rate : {25.0, 50.0, 117.0, 1000.0})
    for (const double per_minute : {40.0, 72.0, 150.0}) {
      CAPTURE(rate, per_minute);
      const KnownBeats known = beating(rate, 60, per_minute);
      const BeatOutput output = pulses(mixed(known.ppg, {100'000}, 2'000), rate);
      CHECK(std::abs(static_cast<double>(output.beats.size()) - static_cast<double>(known.beats.size())) <= 2);
      CHECK(mean_rate(output) == Approx(per_minute).margin(1));
      CHECK(rates_given(output) + 5 >= output.rates.size());  // but for the beginning
    }
}

TEST_CASE("a finger that was taken out has no pulse") {
  CHECK(rates_given(pulses(noise(100 * 60, 1, 31), 100)) == 0);
  CHECK(pulses(Signal(100 * 60, 5.0), 100).beats.empty());
}

TEST_CASE("respiration is counted at any sampling rate and depth") {
  for (const double rate : {10.0, 25.0, 125.0})
    for (const double per_minute : {8.0, 15.0, 30.0}) {
      CAPTURE(rate, per_minute);
      const Signal heart = sine(rate, 120, 1.2, 0.1);  // the heart shows in the chest's impedance
      const BeatOutput output = breaths(mixed(sine(rate, 120, per_minute / 60, 1), heart, 3), rate);
      CHECK(mean_rate(output) == Approx(per_minute).margin(0.3));
      CHECK(rates_given(output) == output.rates.size());
      CHECK(static_cast<double>(output.beats.size()) == Approx(2 * per_minute).margin(2));
    }
}

TEST_CASE("a chest that does not breathe has no respiration rate") {
  CHECK(rates_given(breaths(noise(25 * 120, 1, 41), 25)) == 0);
  CHECK(rates_given(breaths(Signal(25 * 120, 5.0), 25)) == 0);
}

TEST_CASE("a signal shorter than a window is judged as a whole") {
  CHECK(hearts(beating(250, 6, 75).ecg, 250).rates.size() == 1);
  CHECK(hearts(beating(250, 6, 75).ecg, 250).beats.size() >= 5);
  CHECK(breaths(sine(25, 20, 0.25, 1), 25).rates.size() == 1);
}

TEST_CASE("MIT-BIH 100: at least 99.5 % of the beats are found, and as many of the found are beats") {
  const auto signals = recording({"../shared/data/ecg-mitdb-100/100", {"MLII"}, 0, 1, {}, false});
  if (!signals) return;
  auto file = AnnotationFile::open("../shared/data/ecg-mitdb-100/100.atr");
  REQUIRE(file);
  std::vector<std::int64_t> labelled;
  for (auto beat = file->peek(); beat && *beat; beat = file->peek()) {
    labelled.push_back((*beat)->time);
    file->take();
  }
  REQUIRE(labelled.size() == 2273);
  const auto found = places(hearts(signals->samples.front(), signals->rate_hz));
  const auto matched = static_cast<double>(matches(labelled, found, 54));  // 150 ms
  CHECK(matched >= 0.995 * static_cast<double>(labelled.size()));
  CHECK(matched >= 0.995 * static_cast<double>(found.size()));
}

TEST_CASE("BIDMC 01: rates are those of the bedside monitor") {
  const std::string file = "../shared/data/icu-bidmc-01/bidmc_01_Signals.csv.gz";
  const auto ppg = recording({file, {"PLETH"}, 0, 1, {}, false});
  if (!ppg) return;
  CHECK(mean_error(pulses(ppg->samples.front(), ppg->rate_hz), *ppg, numerics(3)) <= 1);
  const auto resp = recording({file, {"RESP"}, 0, 1, {}, false});
  CHECK(mean_error(breaths(resp->samples.front(), resp->rate_hz), *resp, numerics(4)) <= 0.5);
  const auto ecg = recording({file, {"II"}, 0, 1, {}, false});
  CHECK(mean_error(hearts(ecg->samples.front(), ecg->rate_hz), *ecg, numerics(2)) <= 1);
}

TEST_CASE("a monitor's false asystole: the heart beats on") {
  const auto ecg = recording({"../shared/data/icu-alarm-a103l/a103l", {"II"}, 0, 1, {}, false});
  if (!ecg) return;
  const BeatOutput output = hearts(ecg->samples.front(), ecg->rate_hz);
  for (const Rate& rate : output.rates)
    if (rate.per_minute) CHECK((*rate.per_minute > 100 && *rate.per_minute < 160));
}
