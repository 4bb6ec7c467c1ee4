#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sync/batch/packing.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

constexpr const char* kHeader =
    "device,sensor,metric,mdc,loinc,unit,boot,boot_us,utc,value,special,quality,device_time_us,record_number,rate_mhz,"
    "epoch,number,index,utc_not_before,utc_not_after";
const std::string kBootText = "0102030405060708090a0b0c0d0e0f10";
const Anchor kAnchor{at_ms(10'000), utc_time(1'767'323'045'678'000), Microseconds(500), ClockSource::kernel};

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) all.push_back(line);
  return all;
}

Message waveform(const Device& device, std::uint64_t number, std::int64_t first_ms, int samples) {
  std::vector<Given> given;
  for (int i = 0; i < samples; ++i)
    given.push_back({"ecg_lead_ii", boot_time(first_ms * 1000 + i * 4000), Decimal(i, -3), quality::kGood, 250'000});
  const Made made = make_body(given, "chest");
  Envelope envelope = device.envelope(number, made, Class::waveform);
  envelope.packing = Packing::zstd;
  return device.message(encode_batch(encode(envelope), pack(made.body)));
}

TEST_CASE("a CSV row has the reading exactly") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, make_body({{"body_temperature", at_ms(9'000), Decimal(3660, -2),
                                                        quality::kMotion | quality::kDerived, 0, DeviceTime{1000}, 42},
                                                       {"body_temperature", at_ms(11'000), Special::not_a_number}},
                                                      "ear, left", kAnchor)))});
  const auto rows = lines(site.export_as("csv"));
  REQUIRE(rows.size() == 3);
  CHECK(rows[0] == kHeader);
  CHECK(rows[1] == "gateway-1,\"ear, left\",body_temperature,150364,8310-5,Cel," + kBootText +
                       ",9000000,2026-01-02T03:04:04.678Z,36.60,,motion|derived,1000,42,0,fedcba9876543210,1,0,,");
  CHECK(rows[2] == "gateway-1,\"ear, left\",body_temperature,150364,8310-5,Cel," + kBootText +
                       ",11000000,2026-01-02T03:04:06.678Z,,not_a_number,,,,0,fedcba9876543210,1,1,,");
}

TEST_CASE("NDJSON has the same members, and what is not there is left out") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, make_body({{"heart_rate_variability_sdnn", at_ms(1), Decimal(50, -1)}})))});
  const auto rows = lines(site.export_as("ndjson"));
  REQUIRE(rows.size() == 1);
  // A boot without an anchor: it was not later than the batch came.
  CHECK_THAT(rows[0], Catch::StartsWith(
                          "{\"device\":\"gateway-1\",\"sensor\":\"cuff\",\"metric\":\"heart_rate_variability_sdnn\","
                          "\"loinc\":\"80404-7\",\"unit\":\"ms\",\"boot\":\"" +
                          kBootText +
                          "\",\"boot_us\":1000,\"value\":5.0,\"epoch\":\"fedcba9876543210\",\"number\":1,\"index\":0,"
                          "\"utc_not_after\":\""));
  CHECK(nlohmann::json::accept(rows[0]));
}

TEST_CASE("rows are ordered by device, sensor, metric, boot and time, whenever they came") {
  Site site;
  Device b("b"), a("a");
  site.add(b);
  site.add(a);
  site.take({b.message(b.batch(1, heart_rates(1, 5000)))});
  site.take({a.message(a.batch(2, heart_rates(1, 8000)))});
  site.take({a.message(a.batch(1, heart_rates(1, 2000)))});
  site.take({a.message(a.batch(3, make_body({{"heart_rate", at_ms(1), Decimal(1)}}, "band")))});
  std::vector<std::string> order;
  for (const std::string& line : lines(site.export_as("ndjson"))) {
    const auto json = nlohmann::json::parse(line);
    order.push_back(json["device"].get<std::string>() + json["sensor"].get<std::string>() + json["boot_us"].dump());
  }
  CHECK(order == std::vector<std::string>{"aband1000", "acuff2000000", "acuff8000000", "bcuff5000000"});
}

TEST_CASE("waveforms come out of the batches, sample by sample") {
  Site site;
  Device device;
  site.add(device);
  site.take({waveform(device, 2, 2000, 500), waveform(device, 1, 0, 500)});
  const auto rows = lines(site.export_as("csv"));
  REQUIRE(rows.size() == 1001);
  for (int i = 0; i < 1000; ++i) {
    const std::string time = "," + std::to_string(i * 4000) + ",,";
    CHECK(rows[static_cast<std::size_t>(i) + 1].find(time) != std::string::npos);
  }
  CHECK(rows[1].ends_with(",0,,0.000,,,,,250000,fedcba9876543210,1,0,,"));
  CHECK(rows[1000].ends_with(",3996000,,0.499,,,,,250000,fedcba9876543210,2,499,,"));
}

TEST_CASE("an export is narrowed by device and metric") {
  Site site;
  Device a("a"), b("b");
  site.add(a);
  site.add(b);
  site.take({a.message(a.batch(1, heart_rates(2))), b.message(b.batch(1, heart_rates(3))), waveform(b, 2, 0, 10)});
  CHECK(lines(site.export_as("ndjson", {"b", "", {}, {}})).size() == 13);
  CHECK(lines(site.export_as("ndjson", {"b", "ecg_lead_ii", {}, {}})).size() == 10);
  CHECK(lines(site.export_as("ndjson", {"", "heart_rate", {}, {}})).size() == 5);
  CHECK(lines(site.export_as("ndjson", {"nobody", "", {}, {}})).empty());
}

TEST_CASE("an export is narrowed by time, waveforms to the sample") {
  Site site;
  Device device;
  site.add(device);
  const Message anchored =
      device.message(device.batch(1, make_body({{"heart_rate", at_ms(10'000), Decimal(60)}}, "cuff", kAnchor)));
  site.take({anchored, waveform(device, 2, 9'000, 500)});
  const UtcTime from = kAnchor.utc, to = kAnchor.utc + Microseconds(40'000);
  CHECK(lines(site.export_as("ndjson", {"", "", from, to})).size() == 11);
  CHECK(lines(site.export_as("ndjson", {"", "", from, {}})).size() == 251);
  CHECK(lines(site.export_as("ndjson", {"", "", {}, from})).size() == 250);
  const auto rows = lines(site.export_as("ndjson", {"", "ecg_lead_ii", from, to}));
  CHECK(nlohmann::json::parse(rows.at(0))["index"] == 250);
}

TEST_CASE("a waveform batch that cannot be read is named, and the others are exported") {
  Site site;
  Device device;
  site.add(device);
  site.take({waveform(device, 1, 0, 10), waveform(device, 2, 1000, 10)});
  must(site.store().database().execute("UPDATE body SET bytes = " + site.bytes_literal() +
                                       " WHERE batch = (SELECT id FROM batch WHERE number = 1)"));
  CHECK_THROWS_WITH(site.export_as("csv"), Catch::Contains("1 waveform columns could not be read"));
}

TEST_CASE("readings whose time is not known are in no export with a time") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, heart_rates(3))), waveform(device, 2, 0, 10)});
  CHECK(lines(site.export_as("ndjson", {"", "", utc_time(0), {}})).empty());
  CHECK(lines(site.export_as("ndjson")).size() == 13);
}

}  // namespace
}  // namespace vitald::test
