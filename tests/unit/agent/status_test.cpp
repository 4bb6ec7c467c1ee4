#include "agent/status.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/result.hpp"
#include "tests/unit/agent/loop.hpp"

using namespace vitald;

namespace {

StatusReport sample() {
  StatusReport report{"gw-1", "0.1.0", "hpke", boot_time(100'000'000), boot_time(40'000'000), std::nullopt, {},
                      {},     {},      {}};
  report.outbox.batches = 12;
  report.outbox.readings = 3000;
  report.outbox.oldest = boot_time(70'000'000);
  report.outbox.lost = {{LossReason::evicted, Class::waveform, 512}};
  report.uplink.readings_per_s = 600;
  report.uplink.last_receipt = boot_time(99'500'000);
  report.drivers = {
      {"belt", "ble", DriverStatus::State::failed, "adapter gone", 7, {{"belt-1", boot_time(1), 9, true}}}};
  return report;
}

}  // namespace

TEST_CASE("the status tells rows, age, receipts, drain rate, time left, losses and every sensor") {
  const auto json = nlohmann::json::parse(to_json(sample()));
  CHECK(json["running_for_s"] == 60.0);
  CHECK(json["clock"]["state"] == "unsynchronised");
  CHECK(json["outbox"]["oldest_age_s"] == 30.0);
  CHECK(json["outbox"]["lost"][0]["reason"] == "evicted");
  CHECK(json["uplink"]["last_receipt_age_s"] == 0.5);
  CHECK(json["uplink"]["last_puback_age_s"].is_null());
  CHECK(json["uplink"]["time_left_s"] == 5.0);
  CHECK(json["drivers"][0]["state"] == "failed");
  CHECK(json["drivers"][0]["sensors"][0]["silent"] == true);
}

TEST_CASE("the status for people names what is wrong") {
  const Result<std::string> text = to_text(to_json(sample()));
  REQUIRE(text);
  CHECK(text->find("SILENT") != std::string::npos);
  CHECK(text->find("adapter gone") != std::string::npos);
  CHECK(text->find("lost: 512 waveform readings, evicted") != std::string::npos);
  CHECK_FALSE(to_text("{}"));
  CHECK_FALSE(to_text("not json"));
}

TEST_CASE("the status says openly that keys are plain files") {
  StatusReport report = sample();
  report.keys = "plain files";
  CHECK(to_text(to_json(report))->find("keys are plain files") != std::string::npos);
  report.keys = "wrapped";
  CHECK(to_text(to_json(report))->find("plain") == std::string::npos);
}
