#include <catch2/catch.hpp>

#include "sync/receiver/verify.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

using namespace std::chrono_literals;

TEST_CASE("an inventory is answered with receipts for all its epochs") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, heart_rates(1)))});
  const auto receipts =
      site.take({device.inventory({{device.epoch, 3, {{1, 3}}}, {77, 9, {{4, 9}}}}, site.keys().public_key)});
  REQUIRE(receipts.size() == 2);
  for (const OutgoingReceipt& receipt : receipts)
    CHECK(read_receipt(receipt, device, site).through == (receipt.epoch == 77 ? 0u : 1u));
}

TEST_CASE("what a device holds and has not come is asked for after the grace period") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, heart_rates(1)) + device.batch(4, heart_rates(1)))});
  site.take({device.inventory({{device.epoch, 8, {{1, 6}}}}, site.keys().public_key)});
  CHECK(must(site.intake().ask_for_missing(BootTime(59s))).empty());
  const auto receipts = must(site.intake().ask_for_missing(BootTime(60s)));
  REQUIRE(receipts.size() == 1);
  const Receipt receipt = read_receipt(receipts[0], device, site);
  CHECK(receipt.wanted == std::vector<Range>{{2, 3}, {5, 6}});  // 7 and 8 are not held
  CHECK(receipt.through == 1);
  CHECK(receipt.ranges == std::vector<Range>{{4, 4}});
}

TEST_CASE("what was declared lost is not asked for") {
  Site site;
  Device device;
  site.add(device);
  Loss loss;
  loss.epoch = device.epoch;
  loss.ranges = {{2, 2}};
  loss.boot = kBoot;
  site.take({device.message(device.batch(1, losses({loss})))});
  site.take({device.inventory({{device.epoch, 3, {{1, 3}}}}, site.keys().public_key)});
  const auto receipts = must(site.intake().ask_for_missing(BootTime(60s)));
  CHECK(read_receipt(receipts.at(0), device, site).wanted == std::vector<Range>{{3, 3}});
}

TEST_CASE("what has come meanwhile is not asked for") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.inventory({{device.epoch, 2, {{1, 2}}}}, site.keys().public_key)});
  site.take({device.message(device.batch(1, heart_rates(1)) + device.batch(2, heart_rates(1)))});
  CHECK(must(site.intake().ask_for_missing(BootTime(1h))).empty());
}

TEST_CASE("a receiver that lost a table asks for it again after a restart") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, heart_rates(1)) + device.batch(2, heart_rates(1))),
             device.inventory({{device.epoch, 2, {{1, 2}}}}, site.keys().public_key)});
  must(site.store().database().execute(
      "DELETE FROM batch; DELETE FROM body; DELETE FROM reading; DELETE FROM done; DELETE FROM epoch;"));
  site.reopen();
  must(site.intake().ask_for_missing(BootTime(60s)));
  const auto receipts = must(site.intake().ask_for_missing(BootTime(120s)));
  CHECK(read_receipt(receipts.at(0), device, site).wanted == std::vector<Range>{{1, 2}});
}

TEST_CASE("batches that receipts have named and that are gone from the database are asked for, and come again once") {
  Site site;
  Device device;
  site.add(device);
  Loss loss;
  loss.epoch = device.epoch;
  loss.ranges = {{9, 9}};
  loss.boot = kBoot;
  std::string all;
  for (std::uint64_t number = 1; number <= 7; ++number) all += device.batch(number, heart_rates(2));
  all += device.batch(8, losses({loss}));
  site.take({device.message(all), device.inventory({{device.epoch, 9, {{1, 9}}}}, site.keys().public_key)});
  must(site.store().database().execute("DELETE FROM batch WHERE number BETWEEN 3 AND 5"));
  site.reopen();
  must(site.intake().ask_for_missing(BootTime(60s)));
  const auto receipts = must(site.intake().ask_for_missing(BootTime(120s)));
  const Receipt receipt = read_receipt(receipts.at(0), device, site);
  CHECK(receipt.wanted == std::vector<Range>{{3, 5}});
  CHECK(receipt.through == 2);
  CHECK(site.number("SELECT count(*) FROM reading") == 8);
  site.take({device.message(all)});
  CHECK(site.number("SELECT count(*) FROM batch") == 8);
  CHECK(site.number("SELECT count(*) FROM reading") == 14);
  CHECK(site.number("SELECT batches FROM epoch") == 8);
  CHECK(must(verify_ledger(site.store().database(), unsealed_openers(), [](const std::string& fault) {
          FAIL(fault);
        })).faults == 0);
}

TEST_CASE("a table that is gone is made again") {
  Site site;
  must(site.store().database().execute("DROP TABLE held"));
  site.reopen();
  CHECK(site.number("SELECT count(*) FROM held") == 0);
}

TEST_CASE("a new inventory replaces the one before") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.inventory({{5, 9, {{1, 9}}}}, site.keys().public_key)});
  site.take({device.inventory({{6, 1, {{1, 1}}}}, site.keys().public_key)});
  CHECK(site.number("SELECT count(*) FROM held") == 1);
  CHECK(site.number("SELECT last FROM inventory WHERE epoch = 5") == 9);  // the gap stays visible
}

}  // namespace
}  // namespace vitald::test
