// Stored records: fetched once each, whatever happens in between.

#include <catch2/catch.hpp>
#include <set>

#include "drivers/ble/packet_octets.hpp"
#include "drivers/ble/record_cursor.hpp"
#include "tests/support/bluetooth/ble_fixture.hpp"

namespace vitald::ble {
namespace {

using namespace std::chrono_literals;

constexpr const char* kAddress = "C0:00:00:00:00:05";
constexpr const char* kGlucose = "glucose_capillary_plasma";

// How often each record number came.
std::map<std::uint32_t, int> numbers(const Sink& sink, std::string_view metric = kGlucose) {
  std::map<std::uint32_t, int> found;
  for (const Taken& taken : sink.of(metric)) ++found[taken.record_number.value_or(99'999)];
  return found;
}

bool each_once(const Sink& sink, std::size_t records) {
  const auto found = numbers(sink);
  return found.size() == records && std::ranges::all_of(found, [](const auto& entry) { return entry.second == 1; });
}

bool done(Bench& bench) {
  return bench.until([&] { return !bench.bluez->is_connected(kAddress); });
}

TEST_CASE("a meter's records are fetched once, with their meals and times, and its clock set before") {
  const auto meter = test::glucose_meter(60);
  Bench bench;
  bench.bluez->add(*meter, kAddress, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return numbers(bench.sink).size() == 60; }));
  REQUIRE(done(bench));
  CHECK(each_once(bench.sink, 60));
  const auto meals = bench.sink.of("meal_context");
  CHECK(meals.size() == 6);
  CHECK(meals.at(1).device_time == bench.sink.of(kGlucose).at(10).device_time);
  CHECK(bench.sink.of(kGlucose).at(1).device_time == DeviceTime{1'704'067'260'000'000});
  CHECK(bench.sink.of(kGlucose).at(1).value.text() == "81");
  CHECK(meter->writes.at(0).uuid == 0x2A2B);
  CHECK(bench.sink.commits < 10);  // in groups
}

TEST_CASE("after a restart only new records are fetched") {
  const auto meter = test::glucose_meter(40), more = test::glucose_meter(45);
  Bench bench;
  bench.bluez->add(*meter, kAddress, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return numbers(bench.sink).size() == 40; }));
  REQUIRE(done(bench));
  REQUIRE(bench.stop());
  meter->records = more->records;
  meter->writes.clear();
  bench.start();
  REQUIRE(bench.until([&] { return numbers(bench.sink).size() == 45; }));
  CHECK(each_once(bench.sink, 45));
  const auto& request = meter->writes.at(2);
  CHECK(request.octets == test::Octets{1, 3, 1, 39, 0});
}

TEST_CASE("a link that breaks in mid-transfer loses and doubles nothing") {
  const auto meter = test::glucose_meter(100);
  meter->hang_up_after = 45;
  Bench bench;
  bench.bluez->add(*meter, kAddress, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return numbers(bench.sink).size() == 100; }));
  CHECK(each_once(bench.sink, 100));
}

TEST_CASE("a driver stopped in mid-transfer loses and doubles nothing") {
  const auto meter = test::glucose_meter(100);
  Bench bench;
  bench.bluez->add(*meter, kAddress, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return numbers(bench.sink).size() > 40; }));
  REQUIRE(bench.stop());
  CHECK(bench.sink.recorded.end() ==
        std::ranges::find(bench.sink.recorded, kGlucose, &Taken::metric));  // they will come again
  bench.start();
  REQUIRE(bench.until([&] { return numbers(bench.sink).size() == 100; }));
  CHECK(each_once(bench.sink, 100));
}

TEST_CASE("records that a meter repeats are taken once") {
  const auto meter = test::glucose_meter(50);
  meter->repeats = true;
  Bench bench;
  bench.bluez->add(*meter, kAddress, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return numbers(bench.sink).size() == 50; }));
  REQUIRE(done(bench));
  CHECK(each_once(bench.sink, 50));
}

TEST_CASE("a meter that counts anew after a change of battery gives its new records") {
  const auto meter = test::glucose_meter(30);
  Bench bench;
  bench.bluez->add(*meter, kAddress, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return numbers(bench.sink).size() == 30; }));
  REQUIRE(done(bench));
  REQUIRE(bench.stop());
  SECTION("fewer than before") { meter->records = test::glucose_meter(3, "", 2000)->records; }
  SECTION("more than before") { meter->records = test::glucose_meter(40, "", 2000)->records; }
  for (auto& record : meter->records) {  // other times, numbers from 0
    record.number = static_cast<std::uint16_t>(record.number - 2000);
    record.octets[1] = static_cast<std::uint8_t>(record.number);
    record.octets[2] = 0;
    record.context.clear();
    record.octets[0] = 0x03;
  }
  const std::size_t expected = 30 + meter->records.size();
  bench.start();
  REQUIRE(bench.until([&] { return bench.sink.of(kGlucose).size() >= expected; }));
  REQUIRE(done(bench));
  CHECK(bench.sink.of(kGlucose).size() == expected);
}

TEST_CASE("a meter without the filter is asked for all, and only new records are taken") {
  const auto meter = test::glucose_meter(20), more = test::glucose_meter(25);
  meter->filter_supported = false;
  Bench bench;
  bench.bluez->add(*meter, kAddress, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return numbers(bench.sink).size() == 20; }));
  REQUIRE(done(bench));
  REQUIRE(bench.stop());
  meter->records = more->records;
  bench.start();
  REQUIRE(bench.until([&] { return numbers(bench.sink).size() == 25; }));
  CHECK(each_once(bench.sink, 25));
}

TEST_CASE("a meter whose control point does not answer is left") {
  const auto meter = test::glucose_meter(20);
  meter->never_answers = true;
  Bench bench;
  bench.bluez->add(*meter, kAddress, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return bench.bluez->is_connected(kAddress); }));
  CHECK(done(bench));
  CHECK(bench.running());
}

TEST_CASE("a cuff that stores records gives each once, by its time") {
  const auto cuff = test::recording_cuff(25);
  Bench bench;
  bench.bluez->add(*cuff, kAddress, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return bench.sink.of("blood_pressure_systolic").size() == 25; }));
  REQUIRE(done(bench));
  REQUIRE(bench.stop());
  bench.start();
  REQUIRE(bench.until([&] { return cuff->requests > 3; }));
  bench.run_for(500ms);
  CHECK(bench.sink.of("blood_pressure_systolic").size() == 25);
}

TEST_CASE("a CGM's minutes become its own time") {
  const auto sensor = test::cgm(12);
  Bench bench;
  bench.bluez->add(*sensor, kAddress, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return bench.sink.of("glucose_interstitial").size() == 12; }));
  CHECK(bench.sink.of("glucose_interstitial").at(2).device_time == DeviceTime{1'709'618'400'000'000 + 600'000'000});
}

TEST_CASE("a cursor keeps what it is given") {
  RecordCursor cursor;
  cursor.last = 70'000;
  cursor.last_key = 0x123456789ABC;
  cursor.count = 500;
  cursor.session_us = -5;
  for (RecordKey key = 0; key < 700; ++key) cursor.remember(key);
  const RecordCursor again = RecordCursor::from(cursor.bytes());
  CHECK(cursor.bytes().size() <= 4096);
  CHECK(again.last == 70'000u);
  CHECK(again.last_key == 0x123456789ABC);
  CHECK(again.count == 500);
  CHECK(again.session_us == -5);
  CHECK(again.counter == std::nullopt);
  CHECK(again.had(699));
  CHECK(again.had(60));
  CHECK_FALSE(again.had(59));
}

TEST_CASE("a cursor that is not readable counts as none") {
  const std::string bytes = RecordCursor().bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK(RecordCursor::from(bytes.substr(0, size)).bytes() == bytes);
  CHECK(RecordCursor::from("\x07 nonsense").bytes() == bytes);
}

TEST_CASE("octets come back out of their readings") {
  const Sensor sensor{"s", {}};
  std::vector<Reading> readings;
  std::vector<std::vector<std::uint8_t>> sent;
  for (std::size_t size : {0u, 1u, 5u, 6u, 12u, 20u, 512u}) {
    std::vector<std::uint8_t> octets(size);
    for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(255 - i);
    append_octets(readings, sensor, boot_time(1), static_cast<std::uint16_t>(0xFF00 + size % 256), octets, 0);
    sent.push_back(octets);
  }
  std::vector<std::int64_t> values;
  for (const Reading& reading : readings) values.push_back(reading.value.mantissa());
  const auto packets = sent_packets(values);
  REQUIRE(packets.size() == sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) {
    CHECK(packets[i].octets == sent[i]);
    CHECK(packets[i].uuid == 0xFF00 + sent[i].size() % 256);
  }
}

}  // namespace
}  // namespace vitald::ble
