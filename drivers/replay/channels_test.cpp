#include "drivers/replay/channels.hpp"

#include <catch2/catch.hpp>

#include "tests/support/result.hpp"

namespace vitald {
namespace {

TEST_CASE("known signals find their metric in any case of letters") {
  CHECK((*metric_of_signal("MLII", nullptr))->key == "ecg_lead_ii");
  CHECK((*metric_of_signal("Pleth", nullptr))->key == "pleth_waveform");
  CHECK((*metric_of_signal("ECG lead V5", nullptr))->key == "ecg_lead_v5");
}

TEST_CASE("every metric that a signal's name stands for is in the catalogue") {
  for (const auto name :
       {"I",  "II", "III", "MLI",  "MLII",  "MLIII", "AVR", "AVL", "AVF",  "V",   "V1", "V2",    "V3",
        "V4", "V5", "V6",  "MCL1", "PLETH", "PPG",   "ABP", "ART", "RESP", "BCG", "HR", "PULSE", "SPO2"})
    CHECK(metric_of_signal(name, nullptr));
  CHECK(find_metric("beat_annotation"));
}

TEST_CASE("a metric that is set comes before the signal's name") {
  SignalSettings set;
  set.metric = "heart_rate";
  CHECK((*metric_of_signal("MLII", &set))->key == "heart_rate");
}

TEST_CASE("an unknown signal is an error that names it") {
  CHECK(metric_of_signal("XYZ", nullptr).error().sentence() ==
        "signal XYZ: what it measures is not known; name its metric in \"signals\", or skip it");
}

TEST_CASE("units are brought to the metric's by a power of ten, or refused by name") {
  CHECK(*unit_power("uV", *find_metric("ecg_lead_ii")) == -3);
  CHECK(*unit_power("mmHg", *find_metric("arterial_pressure_waveform")) == 0);
  CHECK(*unit_power("NU", *find_metric("pleth_waveform")) == 0);
  CHECK(unit_power("kPa", *find_metric("arterial_pressure_waveform")).error().sentence() ==
        "is in kPa, but arterial_pressure_waveform is in mm[Hg]; set its scale");
}

TEST_CASE("at a signal's exponent every ADC value can be had back") {
  for (const double gain : {200.0, 7247.0, 10520.0, 12530.0, 2963.77, 12.84, 2000.0, 0.5, 1e-3, 1e6}) {
    const int exponent = exponent_for(1 / gain);
    CHECK(std::pow(10.0, exponent) < 1 / (4 * gain));
    CHECK(std::pow(10.0, exponent + 1) >= 1 / (4 * gain));
    for (int adc = -32768; adc < 32768; adc += 7)
      REQUIRE(std::lround(Decimal::nearest(adc / gain, exponent).value() * gain) == adc);
  }
  CHECK(exponent_for(1 / 200.0) == -3);
}

TEST_CASE("signals that share a metric get sensors of their own") {
  ChannelSensors sensors("bed-3");
  ChannelSensors::Channel a{"II", find_metric("ecg_lead_ii")}, b{"MLII", find_metric("ecg_lead_ii")},
      c{"V", find_metric("ecg_lead_v")};
  REQUIRE(sensors.assign({&a, &b, &c}));
  CHECK(a.sensor->id == "bed-3/II");
  CHECK(b.sensor->id == "bed-3/MLII");
  CHECK(c.sensor->id == "bed-3");
  CHECK(sensors.all().size() == 3);
}

TEST_CASE("two signals of one name and metric are an error") {
  ChannelSensors sensors("bed-3");
  ChannelSensors::Channel a{"II", find_metric("ecg_lead_ii")}, b{"II", find_metric("ecg_lead_ii")};
  CHECK(sensors.assign({&a, &b}).error().sentence() == "two signals II with the same metric");
}

}  // namespace
}  // namespace vitald
