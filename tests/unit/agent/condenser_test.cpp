#include "agent/condenser.hpp"

#include <catch2/catch.hpp>

using namespace vitald;

namespace {

const Sensor kBelt{"belt-1"};
const Metric& kEcg = *find_metric("ecg_lead_ii");

// Sample i of 250 Hz.
Reading sample(int i, std::int64_t microvolts) {
  Reading reading;
  reading.sensor = &kBelt;
  reading.metric = &kEcg;
  reading.rate = 250'000;
  reading.time = boot_time(1'000'000 + i * 4'000);
  reading.value = Decimal(microvolts, -3);
  return reading;
}

struct Condensed {
  std::vector<Reading> readings;
  Condenser condenser{5, [this](const Reading& reading) { readings.push_back(reading); }};
  std::string text() const {
    std::string all;
    for (const Reading& r : readings) {
      const std::string value = r.value.is_number() ? std::to_string(r.value.mantissa()) : "-";
      all += std::string(r.metric->key).substr(kEcg.key.size()) + " " + value + " ";
    }
    return all;
  }
};

}  // namespace

TEST_CASE("a group becomes minimum, mean and maximum at the time of its first sample") {
  Condensed condensed;
  for (int i = 0; i < 10; ++i) condensed.condenser.add(sample(i, i * i));
  CHECK(condensed.text() == ".min 0 .mean 6 .max 16 .min 25 .mean 51 .max 81 ");
  const Reading& second = condensed.readings[3];
  CHECK(second.time == sample(5, 0).time);
  CHECK(second.rate == 50'000);
  CHECK(second.value.exponent() == -3);
}

TEST_CASE("a statistic can be taken for no sample: its own metric, no code, flagged as derived") {
  Condensed condensed;
  for (int i = 0; i < 5; ++i) condensed.condenser.add(sample(i, 1));
  for (const Reading& reading : condensed.readings) {
    CHECK(reading.metric != &kEcg);
    CHECK(reading.metric->mdc == 0);
    CHECK(reading.metric->loinc.empty());
    CHECK(reading.metric->unit == kEcg.unit);
    CHECK(reading.metric->class_ == Class::waveform);
    CHECK((reading.quality & quality::kDerived) != 0);
  }
}

TEST_CASE("a mean is rounded half away from zero, and a group keeps the doubts of its samples") {
  Condensed condensed;
  const std::int64_t values[] = {-3, -3, -3, -3, -2};  // -2.8
  for (int i = 0; i < 5; ++i) {
    Reading one = sample(i, values[i]);
    if (i == 3) one.quality = quality::kMotion;
    condensed.condenser.add(one);
  }
  CHECK(condensed.text() == ".min -3 .mean -3 .max -2 ");
  CHECK((condensed.readings[0].quality & quality::kMotion) != 0);
}

TEST_CASE("a gap, another precision and a flush end a group early; no sample is left out") {
  Condensed condensed;
  condensed.condenser.add(sample(0, 1));
  condensed.condenser.add(sample(1, 2));
  condensed.condenser.add(sample(9, 7));  // a gap
  Reading coarse = sample(10, 1);
  coarse.value = Decimal(1, 0);
  condensed.condenser.add(coarse);
  condensed.condenser.flush();
  CHECK(condensed.text() == ".min 1 .mean 2 .max 2 .min 7 .mean 7 .max 7 .min 1 .mean 1 .max 1 ");
  condensed.condenser.flush();
  CHECK(condensed.readings.size() == 9);
}

TEST_CASE("what is no number is left out of the statistics, and a group of nothing else is no number") {
  Condensed condensed;
  for (int i = 0; i < 10; ++i) {
    Reading one = sample(i, 4);
    if (i == 2 || i >= 5) one.value = Special::not_a_number;
    condensed.condenser.add(one);
  }
  CHECK(condensed.text() == ".min 4 .mean 4 .max 4 .min - .mean - .max - ");
}

TEST_CASE("a rate that the group does not divide gives single readings") {
  Condensed condensed;
  for (int i = 0; i < 5; ++i) {
    Reading one = sample(i, 4);
    one.rate = 249'999;
    condensed.condenser.add(one);
  }
  CHECK(condensed.readings.at(0).rate == 0);
}
