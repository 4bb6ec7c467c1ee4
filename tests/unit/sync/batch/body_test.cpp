#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <tuple>

#include "sync/batch/builder.hpp"
#include "sync/batch/numbers.hpp"
#include "sync/batch/wire.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/batch/samples.hpp"

using namespace vitald;
using namespace vitald::samples;
using namespace std::string_literals;

namespace {

DecodedBody round_trip(BodyBuilder& builder) {
  const std::size_t announced = builder.size();
  const std::string bytes = builder.finish();
  auto body = decode_body(bytes);
  REQUIRE(body);
  CHECK(bytes.size() <= announced + 8 * body->columns.size());
  return std::move(*body);
}

DecodedBody round_trip(const std::vector<Reading>& readings, Microseconds resolution = Microseconds(1000)) {
  BodyBuilder builder(resolution);
  for (const Reading& r : readings) builder.add(r);
  return round_trip(builder);
}

// What must come out of a body for one reading that went in.
auto expected(const Reading& r, std::int64_t time_us) {
  return std::tuple(r.sensor->id, std::string(r.metric->key), std::string(r.metric->unit), r.metric->mdc, r.rate,
                    time_us, r.value.text(), r.value.exponent(), r.quality, r.device_time, r.record_number);
}

using Row = decltype(expected(Reading{}, 0));

std::vector<Row> rows(const DecodedBody& body) {
  std::vector<Row> rows;
  for (const DecodedColumn& c : body.columns)
    for (const DecodedReading& r : c.readings)
      rows.emplace_back(c.sensor, c.metric, c.unit, c.mdc, c.rate, us(r.time), r.value.text(), r.value.exponent(),
                        r.quality, r.device_time, r.record_number);
  std::ranges::sort(rows);
  return rows;
}

std::int64_t floor_to(std::int64_t time_us, std::int64_t resolution) {
  const std::int64_t part = time_us % resolution;
  return time_us - (part < 0 ? part + resolution : part);
}

std::string numbers(const std::vector<std::int64_t>& list, unsigned order) {
  NumbersWriter writer(order);
  for (const auto number : list) writer.add(number);
  std::string bytes;
  writer.append_field(bytes, 1);
  return bytes.substr(bytes.size() - writer.size());
}

// A body of one column with three readings, with `more` behind the column's own fields.
std::string body_with(const std::string& more) {
  std::string column, body;
  append_bytes(column, 2, "heart_rate");
  append_uint(column, 7, 3);
  append_bytes(column, 8, numbers({0, 1000, 2000}, 2));
  append_bytes(column, 10, numbers({70, 71, 72}, 1));
  append_element(body, 1, "sensor");
  append_element(body, 3, column + more);
  return body;
}

std::string number_field(std::uint32_t field, std::uint64_t value) {
  std::string bytes;
  append_varint(bytes, field << 3);
  append_varint(bytes, value);
  return bytes;
}

std::string bytes_field(std::uint32_t field, std::string_view value) {
  std::string bytes;
  append_element(bytes, field, value);
  return bytes;
}

std::string why(const std::string& body) {
  const auto read = decode_body(body);
  return read ? "accepted"s : read.error().sentence();
}

constexpr auto kLeast = std::numeric_limits<std::int64_t>::min(), kMost = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("readings come back with their values, precision and times to the millisecond") {
  const auto body =
      round_trip({reading(kBand, kSkin, 5'000'999, {3660, -2}), reading(kBand, kSkin, 6'000'000, {366, -1}),
                  reading(kBand, kSkin, 7'000'000, {3661, -2})});
  REQUIRE(body.columns.size() == 2);  // one a precision
  const DecodedColumn& column = body.columns[0];
  CHECK(column.sensor == "band-3f2a");
  CHECK(column.metric == "skin_temperature");
  CHECK(column.unit == "Cel");
  CHECK(column.mdc == 150388);
  REQUIRE(column.readings.size() == 2);
  CHECK(column.readings[0].time == boot_time(5'000'000));
  CHECK(column.readings[0].value == Decimal(3660, -2));
  CHECK(column.readings[1].time == boot_time(7'000'000));
  CHECK(body.columns[1].readings[0].value.text() == "36.6");
}

TEST_CASE("special values are states: the numbers around them stay as they are") {
  Reading off = reading(kBand, kSkin, 2'000'000, Special::not_a_number);
  off.quality = quality::kSensorOff | quality::kInvalid;
  const auto body =
      round_trip({reading(kBand, kSkin, 0, Special::not_at_resolution), reading(kBand, kSkin, 1'000'000, {3660, -2}),
                  off, reading(kBand, kSkin, 3'000'000, {3662, -2})});
  REQUIRE(body.columns.size() == 1);
  const auto& readings = body.columns[0].readings;
  REQUIRE(readings.size() == 4);
  CHECK(readings[0].value == Decimal(Special::not_at_resolution));
  CHECK(readings[1].value == Decimal(3660, -2));
  CHECK(readings[2].value == Decimal(Special::not_a_number));
  CHECK(readings[2].quality == off.quality);
  CHECK(readings[3].value == Decimal(3662, -2));
  CHECK(readings[3].quality == quality::kGood);
}

TEST_CASE("any order of times, any value and any quality comes back") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const Sensor* const sensors[] = {&kBand, &kOximeter, &kRadar};
  const Metric* const metrics[] = {&kHeartRate, &kSkin};
  std::vector<Reading> readings;
  for (int i = 0; i < 3000; ++i) {
    Reading r = reading(*sensors[random() % 3], *metrics[random() % 2],
                        static_cast<std::int64_t>(random()) >> (2 + random() % 58),
                        {static_cast<std::int64_t>(random() >> (random() % 64)), static_cast<int>(random() % 4) - 2});
    if (random() % 8 == 0) r.value = static_cast<Special>(1 + random() % 5);
    if (random() % 8 == 0) r.quality = static_cast<Quality>(random());
    if (random() % 4 == 0) r.device_time = DeviceTime{static_cast<std::int64_t>(random())};
    if (random() % 4 == 0) r.record_number = static_cast<std::uint32_t>(random());
    readings.push_back(r);
  }
  for (const std::int64_t resolution : {1, 1000, 70'000}) {
    std::vector<Row> wanted;
    for (const Reading& r : readings) wanted.push_back(expected(r, floor_to(us(r.time), resolution)));
    std::ranges::sort(wanted);
    CHECK((rows(round_trip(readings, Microseconds(resolution))) == wanted));
  }
}

TEST_CASE("the ends of the number range come back") {
  const std::vector<Reading> readings{reading(kBand, kSkin, kLeast, kMost), reading(kBand, kSkin, kMost, kLeast),
                                      reading(kBand, kSkin, -1, 0), reading(kBand, kSkin, 0, kMost)};
  const auto body = round_trip(readings, Microseconds(1));
  REQUIRE(body.columns.size() == 1);
  for (std::size_t i = 0; i < readings.size(); ++i) {
    CHECK(body.columns[0].readings[i].time == readings[i].time);
    CHECK(body.columns[0].readings[i].value == readings[i].value);
  }
}

TEST_CASE("values in steps of more than one take no more than values in steps of one") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  const auto size = [&](std::int64_t step) {
    std::mt19937 random(seed);
    std::vector<Reading> walk{sample(kBand, kEcg, 0, 250'000, 0, -12)};
    for (int i = 1; i < 500; ++i) {
      const std::int64_t change = step * (static_cast<std::int64_t>(random() % 9) - 4);
      walk.push_back(sample(kBand, kEcg, 0, 250'000, i, walk.back().value.mantissa() + change));
    }
    BodyBuilder builder;
    for (const Reading& r : walk) builder.add(r);
    const std::string bytes = builder.finish();
    const auto body = decode_body(bytes);
    REQUIRE(body);
    for (std::size_t i = 0; i < walk.size(); ++i) REQUIRE(body->columns[0].readings[i].value == walk[i].value);
    return bytes.size();
  };
  for (const std::int64_t step : {2, 5, 1000, 1'000'000'000}) CHECK(size(step) <= size(1) + 7);
  CHECK(size(1'000'000'007) > size(1) + 7);
}

TEST_CASE("a waveform is one column with the time of its first sample") {
  std::vector<Reading> ecg;
  for (int i = 0; i < 1000; ++i) ecg.push_back(sample(kBand, kEcg, 1'234'567, 360'000, i, {i % 50, -3}));
  const auto body = round_trip(ecg);
  REQUIRE(body.columns.size() == 1);
  CHECK(body.columns[0].rate == 360'000);
  for (std::size_t i = 0; i < ecg.size(); ++i) CHECK(body.columns[0].readings[i].time == ecg[i].time);
}

TEST_CASE("a sample within half a period of its place continues the waveform, another begins a new column") {
  const auto columns = [](std::int64_t late_us) {
    Reading late = sample(kBand, kEcg, 0, 250'000, 2, 7);
    late.time += Microseconds(late_us);
    return round_trip({sample(kBand, kEcg, 0, 250'000, 0, 5), sample(kBand, kEcg, 0, 250'000, 1, 6), late})
        .columns.size();
  };
  CHECK(columns(0) == 1);
  CHECK(columns(1990) == 1);
  CHECK(columns(-1990) == 1);
  CHECK(columns(2010) == 2);
  CHECK(columns(-2010) == 2);
  CHECK(columns(kMost - 8000) == 2);
}

TEST_CASE("the samples of two waveforms may take turns") {
  std::vector<Reading> both;
  for (int i = 0; i < 300; ++i) {
    both.push_back(sample(kBand, kEcg, 0, 250'000, i, i));
    both.push_back(sample(kOximeter, kEcg, 500, 125'000, i, -i));
  }
  CHECK(round_trip(both).columns.size() == 2);
}

TEST_CASE("device times that follow their rate are one number and come back exactly") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (const RateMilliHz rate : {360'000u, 250'000u, 125'000u, 62'473u, 333'333u, 1u, 7'777'777u, 4'000'000'000u}) {
    for (const std::int64_t round : {0, 1}) {  // down, to nearest
      const std::int64_t begin = random() % 100'000;
      std::vector<Reading> samples;
      for (std::int64_t i = 0; i < 2000; ++i) {
        Reading r = sample(kBand, kEcg, 0, 1'000'000, i, 0);
        r.device_time = DeviceTime{((begin + i) * 1'000'000'000 + round * (rate / 2)) / rate};
        r.device_rate = rate;
        samples.push_back(r);
      }
      BodyBuilder builder;
      for (const Reading& r : samples) builder.add(r);
      CHECK(builder.size() < 400);
      const auto body = round_trip(builder);
      REQUIRE(body.columns.size() == 1);
      for (std::size_t i = 0; i < samples.size(); ++i)
        REQUIRE(body.columns[0].readings[i].device_time == samples[i].device_time);
    }
  }
}

TEST_CASE("device times that leave their rate come back exactly") {
  for (const std::int64_t strayed : {1, 2, 17, 499}) {
    for (const std::int64_t by : {1, -1, 2, 1'000'000, -5'000'000}) {
      std::vector<Reading> samples;
      for (std::int64_t i = 0; i < 500; ++i) {
        Reading r = sample(kBand, kEcg, 0, 360'000, i, 0);
        r.device_time = DeviceTime{i * 1'000'000'000 / 360'000 + (i >= strayed ? by : 0)};
        r.device_rate = 360'000;
        samples.push_back(r);
      }
      const auto body = round_trip(samples);
      REQUIRE(body.columns.size() == 1);
      for (std::size_t i = 0; i < samples.size(); ++i)
        REQUIRE(body.columns[0].readings[i].device_time == samples[i].device_time);
    }
  }
}

TEST_CASE("a builder is empty after finishing and builds the next batch as a new one would") {
  BodyBuilder used;
  for (const Reading& r : mixed_readings(1, kThreeSensors)) used.add(r);
  used.add(Loss{});
  used.set_anchor({boot_time(1), utc_time(2), Microseconds(3), ClockSource::rtc});
  CHECK(used.readings() == 100);
  CHECK_FALSE(used.finish().empty());
  CHECK(used.empty());
  CHECK(used.readings() == 0);
  CHECK(used.size() < 16);
  BodyBuilder fresh;
  const auto readings = mixed_readings(2, kOneBand);
  for (const Reading& r : readings) {
    used.add(r);
    fresh.add(r);
  }
  CHECK(used.first() == readings.front().time);
  CHECK(used.last() == readings.back().time);
  CHECK(used.finish() == fresh.finish());
}

TEST_CASE("first and last are the earliest and the latest reading whatever the order") {
  BodyBuilder builder;
  for (const std::int64_t t : {5'000, 3'000, 9'000, 4'000}) builder.add(reading(kBand, kHeartRate, t, 70));
  CHECK(builder.first() == boot_time(3'000));
  CHECK(builder.last() == boot_time(9'000));
}

TEST_CASE("losses and the anchor travel with the readings or alone") {
  Loss loss;
  loss.reason = LossReason::queue_full;
  loss.readings = 12;
  loss.sensor = "band-3f2a";
  const Anchor anchor{boot_time(77), utc_time(-1), Microseconds(5), ClockSource::operator_};
  BodyBuilder builder;
  builder.add(loss);
  builder.set_anchor({});
  builder.set_anchor(anchor);
  CHECK_FALSE(builder.empty());
  const auto body = round_trip(builder);
  CHECK(body.columns.empty());
  CHECK(body.losses == std::vector<Loss>{loss});
  CHECK(body.anchor == anchor);
  CHECK(decode_body("")->anchor == std::nullopt);
}

TEST_CASE("a moved builder goes on") {
  BodyBuilder first;
  first.add(reading(kBand, kHeartRate, 0, 70));
  BodyBuilder second(std::move(first));
  first = std::move(second);
  CHECK(first.readings() == 1);
}

TEST_CASE("a body with fields of a later version is read") {
  CHECK(why(body_with(number_field(99, 1)) + bytes_field(98, "x")) == "accepted");
}

TEST_CASE("a body that cannot be is refused by name") {
  CHECK(why(body_with("")) == "accepted");
  CHECK(why(body_with(number_field(1, 1))) == "column 0: sensor 1 is not in the body");
  CHECK(why(body_with(bytes_field(2, ""))) == "column 0: no metric");
  CHECK(why(body_with(bytes_field(2, std::string(257, 'x')))) == "column 0: field 2 is longer than 256 bytes");
  CHECK(why(body_with(number_field(5, zigzag(19)))) == "column 0: exponent 19 is out of range");
  CHECK(why(body_with(number_field(5, zigzag(-19)))) == "column 0: exponent -19 is out of range");
  CHECK(why(body_with(number_field(7, 0))) == "column 0: no readings");
  CHECK(why(body_with(number_field(7, kMaxReadingsInBody + 1))) == "column 0: more readings than a body may hold");
  CHECK(why(body_with(number_field(7, 2))) == "column 0: value has more numbers than the column readings");
  CHECK(why(body_with(number_field(7, 4))) == "column 0: value has fewer numbers than the column readings");
  CHECK(why(body_with(bytes_field(8, numbers({1, 2}, 2)))) ==
        "column 0: time has fewer numbers than the column readings");
  CHECK(why(body_with(number_field(9, 1000))) == "column 0: time has more numbers than the column readings");
  CHECK(why(body_with(bytes_field(11, "\x01"s))) == "column 0: quality's runs do not cover the column's readings");
  CHECK(why(body_with(bytes_field(11, "\x08\x02"s))) == "column 0: quality's runs do not cover the column's readings");
  CHECK(why(body_with(bytes_field(11, "\x08\x04"s))) == "column 0: quality's runs do not cover the column's readings");
  CHECK(why(body_with(bytes_field(11, "\x08\x03\x08"s))) ==
        "column 0: quality's runs do not cover the column's readings");
  CHECK(why(body_with(bytes_field(11, "\x06\x03"s))) == "column 0: quality has an unknown special value");
  CHECK(why(body_with(bytes_field(11, "\x80\x80\x20\x03"s))) == "column 0: quality has flags beyond 16 bits");
  CHECK(why(body_with(bytes_field(12, numbers({5}, 2)))) ==
        "column 0: device_time_us has fewer numbers than the column readings");
  CHECK(why(body_with(bytes_field(12, numbers({5, 6, 7}, 2)) + number_field(13, 1000))) ==
        "column 0: device_time_us has more numbers than the column readings");
  CHECK(why(body_with(number_field(13, 10) + number_field(14, 10))) ==
        "column 0: device_phase is not below device_rate_mhz");
  CHECK(why(body_with(bytes_field(15, numbers({1, 2, -1}, 1)))) == "column 0: record_number does not fit 32 bits");
  CHECK(why(body_with(bytes_field(15, numbers({1, 2, 1LL << 32}, 1)))) ==
        "column 0: record_number does not fit 32 bits");
  CHECK(why(body_with(bytes_field(15, "\x80"s))) ==
        "column 0: record_number has fewer numbers than the column readings");
  CHECK(why(body_with(bytes_field(6, "x"))) == "column 0: field 6 has the wrong wire type");
  CHECK(why(bytes_field(5, number_field(4, 4))) == "anchor: clock source 4 is not known");
  CHECK(why(bytes_field(5, "\x08")) == "anchor: field 1 is cut short or overlong");
  CHECK(why(bytes_field(4, "")) == "loss record: reason 0 is not known");
  CHECK(why(bytes_field(1, "\xff")) == "body: field 1 is not UTF-8");
}

TEST_CASE("the readings of all columns together are limited") {
  std::vector<Reading> flat;
  for (int i = 0; i < 150'000; ++i) flat.push_back(sample(kBand, kEcg, 0, 250'000, i, 7));
  BodyBuilder builder;
  for (const Reading& r : flat) builder.add(r);
  const std::string body = builder.finish();
  CHECK(body.size() < 20'000);
  CHECK(why(body) == "accepted");
  CHECK(why(body + body) == "column 1: more readings than a body may hold");
}

TEST_CASE("an anchor that comes twice is merged field by field") {
  const auto body =
      decode_body(bytes_field(5, number_field(1, 7) + number_field(4, 1)) + bytes_field(5, number_field(2, zigzag(9))));
  REQUIRE(body);
  CHECK(body->anchor == Anchor{boot_time(7), utc_time(9), Microseconds(0), ClockSource::kernel});
}

TEST_CASE("a column's quality runs may come unpacked") {
  const auto body =
      decode_body(body_with(number_field(11, 8) + number_field(11, 1) + number_field(11, 1) + number_field(11, 2)));
  REQUIRE(body);
  CHECK(body->columns[0].readings[0].quality == quality::kQuestionable);
  CHECK(body->columns[0].readings[2].value == Decimal(Special::not_a_number));
}
