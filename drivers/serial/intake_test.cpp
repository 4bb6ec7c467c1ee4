#include "drivers/serial/intake.hpp"

#include <catch2/catch.hpp>

#include "drivers/serial/protocol.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

struct Line {
  explicit Line(IntakeRules rules = {}) : intake(sensor, *find_serial_protocol("cms50"), rules) {}

  // How many readings of the metric come of the value at that time.
  std::vector<Reading> give(std::string_view metric, std::int64_t value, Microseconds at, int times = 1) {
    Packet packet;
    packet.readings.push_back({find_metric(metric), Decimal(value), quality::kGood, {}});
    for (int i = 0; i < times; ++i) intake.add(packet, BootTime(at));
    const auto readings = intake.take(BootTime(at));
    return {readings.begin(), readings.end()};
  }

  Sensor sensor{"oximeter", 0ms};
  Intake intake;
};

TEST_CASE("numbers are recorded at most once an interval") {
  Line bench;
  CHECK(bench.give("oxygen_saturation", 98, 10s).size() == 1);
  CHECK(bench.give("oxygen_saturation", 97, 10'500ms).empty());
  CHECK(bench.give("pulse_rate_oximeter", 70, 10'500ms).size() == 1);
  CHECK(bench.give("oxygen_saturation", 97, 11s).size() == 1);
}

TEST_CASE("a change of state is never held back, its repetition is") {
  Line bench;
  CHECK(bench.give("bed_occupancy", 1, 10s).size() == 1);
  CHECK(bench.give("bed_occupancy", 1, 10'100ms).empty());
  CHECK(bench.give("bed_occupancy", 0, 10'200ms).size() == 1);
  CHECK(bench.give("bed_occupancy", 1, 10'201ms).size() == 1);
}

TEST_CASE("a waveform runs at its rate, however its samples arrive") {
  Line bench;
  std::vector<Reading> all = bench.give("pleth_waveform", 1, 10s, 12);
  const auto later = bench.give("pleth_waveform", 1, 10'203ms, 12);
  all.insert(all.end(), later.begin(), later.end());
  REQUIRE(all.size() == 24);
  CHECK(us(all[11].time) == 10'000'000);
  for (std::size_t i = 1; i < all.size(); ++i) {
    CHECK(all[i].rate == 60'000);
    CHECK(std::abs(us(all[i].time) - us(all[i - 1].time) - 16'667) <= 1);
  }
}

TEST_CASE("a waveform begins anew after a pause") {
  Line bench;
  bench.give("pleth_waveform", 1, 10s, 12);
  const auto later = bench.give("pleth_waveform", 1, 15s, 2);
  CHECK(us(later[1].time) == 15'000'000);
  CHECK(us(later[0].time) == 15'000'000 - 16'666);
}

TEST_CASE("waveforms can be left out") {
  Line bench({1s, false});
  CHECK(bench.give("pleth_waveform", 1, 10s, 12).empty());
}

}  // namespace
}  // namespace vitald
