#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <regex>

#include "sync/receiver/stats.hpp"
#include "sync/receiver/verify.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

std::vector<std::string> faults(Site& site) {
  std::vector<std::string> all;
  must(verify_ledger(site.store().database(), unsealed_openers(),
                     [&](const std::string& fault) { all.push_back(fault); }));
  return all;
}

TEST_CASE("stats count batches, readings, gaps, duplicates, conflicts, losses and refusals") {
  Site site;
  Device device;
  site.add(device);
  const Message first = device.message(device.batch(1, heart_rates(3)));
  Loss loss;
  loss.epoch = device.epoch;
  loss.ranges = {{3, 4}};
  loss.readings = 50;
  loss.boot = kBoot;
  site.take({first, first, device.message(device.batch(1, heart_rates(9))),
             device.message(device.batch(6, heart_rates(2))), device.message(device.batch(7, losses({loss})))});
  site.take({device.message("rubbish"), {"nonsense", ""}});
  const auto json = nlohmann::json::parse(to_json(must(read_stats(site.store().database()))));
  CHECK(json["batches"] == 3);
  CHECK(json["readings"] == 5);
  CHECK(json["duplicates"] == 1);
  CHECK(json["conflicts"] == 1);
  CHECK(json["gaps"] == 2);  // 2 and 5
  CHECK(json["lost_batches"] == 2);
  CHECK(json["lost_readings"] == 50);
  CHECK(json["refused"]["malformed_message"] == 1);
  CHECK(json["refused"]["unknown_topic"] == 1);
  CHECK(json["refused"]["unsealed"] == 0);
  REQUIRE(json["devices"].size() == 1);
  CHECK(json["devices"][0]["device"] == "gateway-1");
  CHECK(json["devices"][0]["readings"] == 5);
  CHECK(json["devices"][0]["refused"]["malformed_message"] == 1);
  CHECK(json["devices"][0]["refused"]["unknown_topic"] == 0);
}

TEST_CASE("what a device says it gave out and nothing brought is a gap") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, heart_rates(1))),
             device.inventory({{device.epoch, 10, {{1, 10}}}}, site.keys().public_key)});
  CHECK(must(read_stats(site.store().database())).total.gaps == 9);
}

TEST_CASE("stats of an empty ledger are zeros") {
  Site site;
  const Stats stats = must(read_stats(site.store().database()));
  CHECK(stats.total.readings == 0);
  CHECK(to_text(stats).find("all") != std::string::npos);
}

TEST_CASE("verify finds no fault in what was stored") {
  Site site;
  Device device;
  site.add(device);
  for (std::uint64_t number : {1, 2, 5}) site.take({device.message(device.batch(number, heart_rates(4)))});
  CHECK(faults(site).empty());
}

TEST_CASE("verify finds each fault") {
  Site site;
  Device device;
  site.add(device);
  for (std::uint64_t number : {1, 2, 5}) site.take({device.message(device.batch(number, heart_rates(4)))});
  const auto [sql, sentence] = GENERATE(table<std::string, std::string>(
      {{"UPDATE body SET bytes = BYTES WHERE batch = (SELECT id FROM batch WHERE number = 2)",
        "not those that were stored"},
       {"DELETE FROM body WHERE batch = (SELECT id FROM batch WHERE number = 2)", "gone before their time"},
       {"UPDATE batch SET number = 9 WHERE number = 2", "not what its envelope says"},
       {"DELETE FROM done", "no receipt would name"},
       {"UPDATE done SET last = 4 WHERE first = 1", "neither stored nor declared lost"},
       {"DELETE FROM reading WHERE position = 0", "are not projected"},
       {"UPDATE epoch SET batches = 7", "totals"}}));
  must(site.store().database().execute(std::regex_replace(sql, std::regex("BYTES"), site.bytes_literal())));
  const auto found = faults(site);
  INFO(sql);
  REQUIRE_FALSE(found.empty());
  std::string all;
  for (const std::string& fault : found) all += fault + "\n";
  CHECK(all.find(sentence) != std::string::npos);
}

}  // namespace
}  // namespace vitald::test
