// The driver against real recordings beside the source tree, each read a second time here by the shortest code there
// is.

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "drivers/replay/replay_fixture.hpp"
#include "tests/support/result.hpp"

namespace vitald {
namespace {

const std::string kData = "../shared/data/";

bool present(const std::string& file) {
  if (std::filesystem::exists(kData + file)) return true;
  std::cout << "SKIPPED: " << kData << file << " is not there\n";
  return false;
}

std::string bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string settings(const std::string& file, const std::string& rest = "") {
  return R"({"file": ")" + kData + file + R"(", "speed": 0)" + (rest.empty() ? "" : ", " + rest) + "}";
}

// All samples of a file in format 212, in their order.
std::vector<int> samples_212(const std::string& file) {
  const std::string bytes = bytes_of(file);
  std::vector<int> samples;
  const auto twelve = [](int v) { return v > 2047 ? v - 4096 : v; };
  const auto at = [&](std::size_t i) { return static_cast<int>(static_cast<unsigned char>(bytes[i])); };
  for (std::size_t i = 0; i + 2 < bytes.size(); i += 3) {
    samples.push_back(twelve((at(i + 1) & 15) * 256 + at(i)));
    samples.push_back(twelve((at(i + 1) >> 4) * 256 + at(i + 2)));
  }
  return samples;
}

// The ADC values of one metric, had back from the readings.
std::vector<int> adc_of(const FakeStore& store, std::string_view metric, double gain, int baseline) {
  std::vector<int> adc;
  for (const Reading& reading : store.readings)
    if (reading.metric->key == metric)
      adc.push_back(reading.value.is_number() ? static_cast<int>(std::lround(reading.value.value() * gain)) + baseline
                                              : -2048);
  return adc;
}

// Every `step`-th of the samples from `first` on.
std::vector<int> every(const std::vector<int>& samples, std::size_t first, std::size_t step) {
  std::vector<int> result;
  for (std::size_t i = first; i < samples.size(); i += step) result.push_back(samples[i]);
  return result;
}

// The numbers of one column of a text table, as written, without its first `head` lines.
std::vector<Decimal> column(const std::string& text, std::size_t index, int head, const char* separators) {
  std::istringstream in(text);
  std::vector<Decimal> values;
  std::string line;
  for (int number = 0; std::getline(in, line); ++number) {
    if (number < head) continue;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < index; ++i) begin = line.find_first_of(separators, begin) + 1;
    const std::string cell = line.substr(begin, line.find_first_of(std::string(separators) + "\r", begin) - begin);
    if (const auto value = Decimal::parse(cell)) values.push_back(*value);
  }
  return values;
}

bool same_number(Decimal a, Decimal b) {
  while (a.exponent() > b.exponent()) a = Decimal(a.mantissa() * 10, a.exponent() - 1);
  while (b.exponent() > a.exponent()) b = Decimal(b.mantissa() * 10, b.exponent() - 1);
  return a == b;
}

void check_column(const FakeStore& store, std::string_view metric, const std::vector<Decimal>& expected) {
  std::vector<Decimal> values;
  for (const Reading& reading : store.readings)
    if (reading.metric->key == metric) values.push_back(reading.value);
  REQUIRE(values.size() == expected.size());
  REQUIRE(std::ranges::equal(values, expected, same_number));
}

TEST_CASE("MIT-BIH 100: every sample and beat is as in the file") {
  if (!present("ecg-mitdb-100/100.hea")) return;
  Player player;
  FakeStore store;
  REQUIRE(player.play(settings("ecg-mitdb-100/100.hea", R"("annotations": "atr")"), store));
  const auto samples = samples_212(kData + "ecg-mitdb-100/100.dat");
  REQUIRE(samples.size() == 1'300'000);
  CHECK((samples[0] == 995 && samples[1] == 1011));
  CHECK(adc_of(store, "ecg_lead_ii", 200, 1024) == every(samples, 0, 2));
  CHECK(adc_of(store, "ecg_lead_v5", 200, 1024) == every(samples, 1, 2));
  CHECK(values_of(store, "beat_annotation").size() == 2273);
}

TEST_CASE("mimicdb 03700181: three signals at two rates are as in the file") {
  if (!present("icu-mimicdb-03700181/03700181.hea")) return;
  Player player;
  FakeStore store;
  REQUIRE(player.play(settings("icu-mimicdb-03700181/03700181.hea"), store));
  const auto samples = samples_212(kData + "icu-mimicdb-03700181/03700181.dat");
  CHECK(adc_of(store, "arterial_pressure_waveform", 12.84, -1605) == every(samples, 4, 6));
  CHECK(adc_of(store, "impedance_respiration_waveform", 2000, 0) == every(samples, 5, 6));
  const auto lead = adc_of(store, "ecg_lead_mcl1", 2963.77, 0);
  REQUIRE(lead.size() == 300'000);
  for (std::size_t i = 0; i < lead.size(); ++i) REQUIRE(lead[i] == samples[i / 4 * 6 + i % 4]);
}

TEST_CASE("challenge 2015 a103l: 16-bit samples behind a head are as in the file") {
  if (!present("icu-alarm-a103l/a103l.hea")) return;
  Player player;
  FakeStore store;
  REQUIRE(player.play(settings("icu-alarm-a103l/a103l.hea"), store));
  const std::string bytes = bytes_of(kData + "icu-alarm-a103l/a103l.mat");
  std::vector<int> samples;
  for (std::size_t i = 24; i + 1 < bytes.size(); i += 2)
    samples.push_back(static_cast<std::int16_t>(static_cast<unsigned char>(bytes[i]) |
                                                static_cast<unsigned char>(bytes[i + 1]) << 8));
  CHECK(adc_of(store, "ecg_lead_ii", 7247, 0) == every(samples, 0, 3));
  CHECK(adc_of(store, "ecg_lead_v", 10520, 0) == every(samples, 1, 3));
  CHECK(adc_of(store, "pleth_waveform", 12530, 0) == every(samples, 2, 3));
}

TEST_CASE("BIDMC 01: every number of the gzipped table is as written") {
  if (!present("icu-bidmc-01/bidmc_01_Signals.csv.gz")) return;
  Player player;
  FakeStore store;
  REQUIRE(player.play(settings("icu-bidmc-01/bidmc_01_Signals.csv.gz", R"("time_column": "Time [s]", "rate_hz": 125,
      "signals": [{"name": "RESP"}, {"name": "PLETH"}, {"name": "V"}, {"name": "AVR"}, {"name": "II"}])"),
                      store));
  FILE* pipe = popen(("gzip -dc " + kData + "icu-bidmc-01/bidmc_01_Signals.csv.gz").c_str(), "r");
  std::string text;
  char piece[4096];
  for (std::size_t got; (got = fread(piece, 1, sizeof piece, pipe)) > 0;) text.append(piece, got);
  REQUIRE(pclose(pipe) == 0);
  const char* const kMetrics[] = {"impedance_respiration_waveform", "pleth_waveform", "ecg_lead_v", "ecg_lead_avr",
                                  "ecg_lead_ii"};
  for (std::size_t i = 0; i < 5; ++i) check_column(store, kMetrics[i], column(text, i + 1, 1, ","));
  const auto times = times_of(store, "ecg_lead_ii", player.clock.time);
  REQUIRE(times.size() == 60'001);
  for (std::size_t i = 0; i < times.size(); ++i) REQUIRE(times[i] == static_cast<std::int64_t>(i) * 8000);
}

TEST_CASE("BIDMC 01: the monitor's numbers are single readings") {
  if (!present("icu-bidmc-01/bidmc_01_Numerics.csv")) return;
  Player player;
  FakeStore store;
  REQUIRE(player.play(settings("icu-bidmc-01/bidmc_01_Numerics.csv", R"("time_column": "Time [s]", "signals": [
      {"name": "HR"}, {"name": "PULSE"}, {"name": "RESP", "metric": "respiration_rate"}, {"name": "SpO2"}])"),
                      store));
  const std::string text = bytes_of(kData + "icu-bidmc-01/bidmc_01_Numerics.csv");
  const char* const kMetrics[] = {"heart_rate", "pulse_rate_oximeter", "respiration_rate", "oxygen_saturation"};
  for (std::size_t i = 0; i < 4; ++i) check_column(store, kMetrics[i], column(text, i + 1, 1, ","));
  for (const Reading& reading : store.readings) CHECK(reading.rate == 0);
}

TEST_CASE("heartpy: a column without times, and one with a millisecond timer") {
  if (!present("ppg-heartpy/data.csv")) return;
  Player player;
  FakeStore plain, timed;
  REQUIRE(player.play(settings("ppg-heartpy/data.csv", R"("header_row": false, "rate_hz": 100,
      "signals": [{"name": "#1", "metric": "pleth_waveform"}])"),
                      plain));
  check_column(plain, "pleth_waveform", column(bytes_of(kData + "ppg-heartpy/data.csv"), 0, 0, ","));
  REQUIRE(
      player.play(settings("ppg-heartpy/data2.csv", R"("time_column": "timer", "time_unit": "ms", "rate_hz": 116.988,
      "signals": [{"name": "hr", "metric": "pleth_waveform"}])"),
                  timed));
  check_column(timed, "pleth_waveform", column(bytes_of(kData + "ppg-heartpy/data2.csv"), 1, 1, ","));
}

TEST_CASE("biosppy: plain columns behind comments") {
  if (!present("biosppy/acc.txt")) return;
  Player player;
  FakeStore store;
  REQUIRE(player.play(settings("biosppy/acc.txt", R"("header_row": false, "rate_hz": 100, "signals": [
      {"name": "#1", "metric": "acceleration_x"}, {"name": "#2", "metric": "acceleration_y"},
      {"name": "#3", "metric": "acceleration_z"}])"),
                      store));
  const std::string text = bytes_of(kData + "biosppy/acc.txt");
  const char* const kMetrics[] = {"acceleration_x", "acceleration_y", "acceleration_z"};
  for (std::size_t i = 0; i < 3; ++i) check_column(store, kMetrics[i], column(text, i, 5, "\t"));
  FakeStore bed;
  REQUIRE(player.play(settings("biosppy/bcg.txt", R"("header_row": false, "rate_hz": 1000, "signals": [
      {"name": "#1", "metric": "ballistocardiogram_waveform"}])"),
                      bed));
  check_column(bed, "ballistocardiogram_waveform", column(bytes_of(kData + "biosppy/bcg.txt"), 0, 4, "\t"));
}

}  // namespace
}  // namespace vitald
