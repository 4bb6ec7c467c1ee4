// The sensors around the residents: which readings, when, and what the scenes do to them.

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "drivers/simulated/settings.hpp"
#include "tests/support/result.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr BootTime kStart = boot_time(1'000'000'123);

struct Run {
  SimulatedSettings settings;
  std::unique_ptr<Ward> ward = nullptr;
  Measured measured{};
  BootTime now = kStart;

  void go(Microseconds span, Microseconds step = 200ms) {
    if (!ward) ward = std::move(*settings.ward("ward"));
    for (const BootTime end = now + span; now <= end; now += step) ward->advance(now, measured);
  }
  std::vector<Reading> of(std::string_view metric) const {
    std::vector<Reading> found;
    const auto take = [&](const std::vector<Reading>& readings) {
      std::ranges::copy_if(readings, std::back_inserter(found),
                           [&](const Reading& r) { return r.metric->key == metric; });
    };
    take(measured.ecg), take(measured.pleth), take(measured.singles);
    for (const Record& record : measured.records) take(record.readings);
    return found;
  }
};

SimulatedSettings with(std::vector<SceneSettings> scenes) {
  SimulatedSettings settings;
  settings.scenes = std::move(scenes);
  return settings;
}

double seconds(const Reading& reading) { return static_cast<double>((reading.time - kStart).count()) / 1e6; }

bool same(const std::vector<Reading>& a, const std::vector<Reading>& b) {
  return std::ranges::equal(a, b, [](const Reading& x, const Reading& y) {
    return x.sensor->id == y.sensor->id && x.metric == y.metric && x.time == y.time && x.value == y.value &&
           x.quality == y.quality && x.rate == y.rate && x.device_time == y.device_time &&
           x.record_number == y.record_number;
  });
}

TEST_CASE("the same seed and instants give the same readings, in whatever blocks they are asked for") {
  Run run, again, coarse, other;
  other.settings.seed = 2;
  run.go(30s), again.go(30s), coarse.go(30s, 1s), other.go(30s);
  for (const auto list : {&Measured::ecg, &Measured::pleth}) {
    CHECK(same(run.measured.*list, again.measured.*list));
    CHECK(same(run.measured.*list, coarse.measured.*list));
    CHECK_FALSE(same(run.measured.*list, other.measured.*list));
  }
  CHECK(same(run.measured.singles, again.measured.singles));
  REQUIRE(run.measured.records.size() == 2);
  CHECK(same(run.measured.records[0].readings, again.measured.records[0].readings));
}

TEST_CASE("waveform samples lie on the sample clock") {
  const auto hz = GENERATE(100u, 250u, 360u);
  Run run;
  run.settings.ecg_hz = hz;
  run.go(20s, 170ms);
  const auto ecg = run.of("ecg_lead_ii"), pleth = run.of("pleth_waveform");
  for (std::size_t n = 0; n < ecg.size(); ++n) {
    REQUIRE(ecg[n].time == kStart + Microseconds(static_cast<std::int64_t>(n) * 1'000'000 / hz));
    REQUIRE(ecg[n].rate == hz * 1000);
  }
  for (std::size_t n = 0; n < pleth.size(); ++n) REQUIRE(pleth[n].time == kStart + n * Microseconds(20'000));
  CHECK(std::abs(seconds(ecg.back()) - 19.9) < 0.2);
  CHECK(std::abs(seconds(pleth.back()) - 19.9) < 0.2);
}

TEST_CASE("every metric comes as often as its sensor measures") {
  Run run;
  run.go(600s, 1s);
  const std::map<std::string, std::size_t> expected{{"heart_rate", 601},
                                                    {"oxygen_saturation", 601},
                                                    {"pulse_rate_oximeter", 601},
                                                    {"respiration_rate", 121},
                                                    {"steps", 121},
                                                    {"skin_temperature", 61},
                                                    {"battery_level", 11},
                                                    {"blood_pressure_systolic", 1},
                                                    {"glucose_capillary_whole_blood", 1}};
  for (const auto& [metric, count] : expected) {
    CAPTURE(metric);
    CHECK(run.of(metric).size() == count);
  }
}

TEST_CASE("speed packs more simulated time into a second") {
  Run run;
  run.settings.speed = 10;
  run.go(60s);
  const auto ecg = run.of("ecg_lead_ii"), rates = run.of("heart_rate");
  CHECK(ecg.at(1).time - ecg.at(0).time == 400us);
  CHECK(ecg.at(0).rate == 2'500'000);
  CHECK(rates.size() == 601);
  CHECK(rates.at(600).time == kStart + 60s);
}

TEST_CASE("after a long pause it goes on at once and leaves a gap") {
  Run run;
  run.go(10s);
  run.now += 1h;
  const BootTime back = run.now;
  run.go(5s);
  const auto ecg = run.of("ecg_lead_ii");
  const auto gap =
      std::ranges::adjacent_find(ecg, [](const Reading& a, const Reading& b) { return b.time - a.time > 4ms; });
  REQUIRE(gap != ecg.end());
  CHECK(gap->time <= kStart + 10'200ms);
  CHECK(std::next(gap)->time >= back);
  CHECK(std::next(gap)->time <= back + 1s);
  CHECK((std::next(gap)->time - kStart) % 4ms == 0us);
  CHECK(ecg.back().time > back + 4s);
}

TEST_CASE("a cuff's record has its own time and number, and pressures that fit") {
  Run run;
  run.settings.blood_pressure = 1min;
  run.settings.residents = 3;
  run.go(200s, 1s);
  REQUIRE(run.of("blood_pressure_mean").size() == 12);
  for (const Record& record : run.measured.records) {
    if (record.readings.size() != 4) continue;
    const auto value = [&](std::size_t i) { return record.readings[i].value.value(); };
    CHECK(value(1) < value(2));
    CHECK(value(2) < value(0));
    CHECK(value(3) > 40);
    for (const Reading& reading : record.readings) CHECK(reading.record_number.has_value());
  }
  const auto mean = run.of("blood_pressure_mean");
  CHECK(mean[3].record_number == 2);
  CHECK(mean[3].device_time->us - mean[0].device_time->us == 60'000'000);
}

TEST_CASE("a meter goes on behind its cursor") {
  Run run;
  run.go(12s);
  REQUIRE(run.measured.records.size() == 1);
  const Record first = run.measured.records.front();
  Meter meter("ward-1-cuff");
  REQUIRE(meter.restore(first.cursor));
  const Record next = meter.store(first.readings, 10s, std::nullopt);
  CHECK(next.readings[0].record_number == 2);
  CHECK(*next.readings[0].device_time > *first.readings[0].device_time);
  CHECK_FALSE(meter.restore({"ward-1-cuff", "seventeen"}));
  CHECK_FALSE(meter.restore({"ward-1-cuff", "17"}));
  CHECK_FALSE(meter.restore({"ward-1-cuff", "17 1 x"}));
}

TEST_CASE("a scene happens to its resident at its time") {
  Run run{with({{10s, 5s, 2, "sensor_off"}})};
  run.settings.residents = 2;
  run.go(20s);
  for (const auto metric : {"ecg_lead_ii", "pleth_waveform", "heart_rate", "oxygen_saturation", "skin_temperature"})
    for (const Reading& reading : run.of(metric)) {
      const bool off = reading.sensor->id.starts_with("ward-2") && seconds(reading) >= 10 && seconds(reading) < 15;
      CAPTURE(metric, reading.sensor->id, seconds(reading));
      REQUIRE((reading.quality == quality::kSensorOff) == off);
      REQUIRE((reading.value == Decimal(Special::not_a_number)) == off);
    }
}

TEST_CASE("a silent sensor sends nothing, the others go on") {
  Run run{with({{10s, 5s, 1, "silent", "oximeter"}})};
  run.go(20s);
  const auto in_scene = [](const Reading& r) { return seconds(r) >= 10 && seconds(r) < 15; };
  CHECK(std::ranges::none_of(run.of("pleth_waveform"), in_scene));
  CHECK(std::ranges::none_of(run.of("oxygen_saturation"), in_scene));
  CHECK(std::ranges::count_if(run.of("ecg_lead_ii"), in_scene) == 1250);
  CHECK(run.of("oxygen_saturation").size() == 16);
}

TEST_CASE("an event is reported when it begins and when it ends") {
  const std::string scene = GENERATE("sos", "fall", "bed_exit");
  Run run{with({{7s, 4s, 1, scene}})};
  run.go(20s);
  const auto events = run.of(scene);
  REQUIRE(events.size() == 2);
  CHECK(events[0].time == kStart + 7s);
  CHECK(events[0].value == Decimal(1));
  CHECK(events[0].metric->class_ == Class::alarm);
  CHECK(events[1].time == kStart + 11s);
  CHECK(events[1].value == Decimal(0));
}

TEST_CASE("a bed exit empties the bed") {
  Run run{with({{7s, 30s, 1, "bed_exit"}})};
  run.go(20s);
  const auto occupancy = run.of("bed_occupancy");
  REQUIRE(occupancy.size() == 2);
  CHECK(occupancy[0].value == Decimal(1));
  CHECK(occupancy[1].value == Decimal(0));
  CHECK(occupancy[1].time == kStart + 7s);
}

TEST_CASE("fever and desaturation reach the readings") {
  Run run{with({{60s, 300s, 1, "fever"}, {60s, 60s, 1, "desaturation"}})};
  run.go(300s, 1s);
  CHECK(run.of("skin_temperature").back().value.value() > run.of("skin_temperature").at(5).value.value() + 1);
  CHECK(run.of("oxygen_saturation").at(50).value.value() > 92);
  CHECK(run.of("oxygen_saturation").at(115).value.value() < 90);
}

TEST_CASE("a cuff in 1970 says that its clock is not set") {
  Run run{with({{65s, 60s, 1, "clock_1970"}})};
  run.settings.blood_pressure = 1min;
  run.go(180s, 1s);
  const auto pressure = run.of("blood_pressure_systolic");
  REQUIRE(pressure.size() == 3);
  CHECK(pressure[1].device_time == DeviceTime{5'000'000});
  CHECK(pressure[1].quality == quality::kClockNotSet);
  CHECK(pressure[2].quality == quality::kGood);
  CHECK(pressure[2].device_time->us - pressure[0].device_time->us == 120'000'000);
}

TEST_CASE("waveforms can be left out") {
  Run run;
  run.settings.ecg_hz = run.settings.pleth_hz = 0;
  run.go(20s);
  CHECK(run.measured.ecg.empty());
  CHECK(run.measured.pleth.empty());
  CHECK(run.of("heart_rate").size() == 21);
}

TEST_CASE("every value is within its metric's physical range") {
  Run run;
  run.settings.residents = 8;
  run.settings.ecg_hz = 100;
  run.go(200s, 1s);
  const auto outside = [](const Reading& r) { return !r.metric->in_range(r.value.value()); };
  for (const auto list : {&Measured::ecg, &Measured::pleth, &Measured::singles})
    CHECK(std::ranges::none_of(run.measured.*list, outside));
}

}  // namespace
}  // namespace vitald
