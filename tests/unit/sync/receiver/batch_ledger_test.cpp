#include <catch2/catch.hpp>

#include "platform/storage/database.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

TEST_CASE("a batch is stored with its bytes as received, and receipted") {
  Site site;
  Device device;
  site.add(device);
  const std::string batch = device.batch(1, heart_rates(3));
  const auto receipts = site.take({device.message(batch)});
  REQUIRE(receipts.size() == 1);
  CHECK(receipts[0].topic == "vitald/v1/gateway-1/receipt");
  CHECK(read_receipt(receipts[0], device, site).through == 1);
  const std::string stored = site.text("SELECT bytes FROM body");
  CHECK(batch.ends_with(stored));
  CHECK(batch.size() - stored.size() <= 3);  // without the message's tag and length
  CHECK(site.number("SELECT readings FROM batch") == 3);
  CHECK(site.text("SELECT epoch FROM batches") == "fedcba9876543210");
}

TEST_CASE("a batch that comes again is stored once, counted and receipted again") {
  Site site;
  Device device;
  site.add(device);
  const Message message = device.message(device.batch(1, heart_rates(3)));
  site.take({message});
  const auto receipts = site.take({message, message});
  REQUIRE(receipts.size() == 1);
  CHECK(read_receipt(receipts[0], device, site).through == 1);
  CHECK(site.number("SELECT count(*) FROM batch") == 1);
  CHECK(site.number("SELECT count(*) FROM reading") == 3);
  CHECK(site.number("SELECT duplicates FROM epoch") == 2);
}

TEST_CASE("a batch that comes twice in one group is stored once") {
  Site site;
  Device device;
  site.add(device);
  const Message message = device.message(device.batch(1, heart_rates(3)));
  site.take({message, message});
  CHECK(site.number("SELECT count(*) FROM batch") == 1);
  CHECK(site.number("SELECT duplicates FROM epoch") == 1);
}

TEST_CASE("other bytes under a stored key are kept as a conflict and overwrite nothing") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, heart_rates(3)))});
  const Message other = device.message(device.batch(1, heart_rates(4)));
  const auto receipts = site.take({other});
  site.take({other});
  CHECK(read_receipt(receipts.at(0), device, site).through == 1);
  CHECK(site.number("SELECT readings FROM batch") == 3);
  CHECK(site.number("SELECT count(*) FROM reading") == 3);
  CHECK(site.number("SELECT count(*) FROM conflict") == 1);
  CHECK(site.number("SELECT count FROM conflict") == 2);
  CHECK(site.number("SELECT duplicates FROM epoch") == 0);
}

TEST_CASE("two devices may use the same epoch and number") {
  Site site;
  Device one("one"), two("two");
  site.add(one);
  site.add(two);
  const auto receipts =
      site.take({one.message(one.batch(1, heart_rates(1))), two.message(two.batch(1, heart_rates(2)))});
  CHECK(receipts.size() == 2);
  CHECK(site.number("SELECT count(*) FROM batch") == 2);
}

TEST_CASE("a group that the database refuses is not receipted, and is stored when it comes again") {
  Site site;
  Device device;
  site.add(device);
  const std::vector<Message> group = {device.message(device.batch(1, heart_rates(3)))};
  site.forbid_writing(true);
  const auto refused = site.intake().store(group, 0);
  REQUIRE_FALSE(refused);
  site.forbid_writing(false);
  CHECK(site.number("SELECT count(*) FROM batch") == 0);
  CHECK(site.take(group).size() == 1);
  CHECK(site.number("SELECT count(*) FROM batch") == 1);
}

TEST_CASE("a full database takes nothing of a group, and goes on when there is space") {
  Site site;
  if (site.postgres()) return;
  Device device;
  site.add(device);
  const auto pages = site.number("PRAGMA page_count");
  must(site.store().database().execute("PRAGMA max_page_count = " + std::to_string(pages)));
  std::vector<Message> group;
  for (std::uint64_t n = 1; n <= 50; ++n) group.push_back(device.message(device.batch(n, heart_rates(200))));
  const auto full = site.intake().store(group, 0);
  REQUIRE_FALSE(full);
  CHECK(full.error().code() == Code::full);
  CHECK(site.number("SELECT count(*) FROM batch") == 0);
  must(site.store().database().execute("PRAGMA max_page_count = 1000000"));
  CHECK(read_receipt(site.take(group).at(0), device, site).through == 50);
}

TEST_CASE("everything is there after the store is opened again") {
  Site site;
  Device device;
  site.add(device);
  site.take({device.message(device.batch(1, heart_rates(3)))});
  site.reopen();
  const auto receipts = site.take({device.message(device.batch(2, heart_rates(3)))});
  CHECK(read_receipt(receipts.at(0), device, site).through == 2);
}

TEST_CASE("a database of something else is refused and stays as it is") {
  Scratch scratch;
  const std::string file = scratch.file("other.db");
  {
    auto database = must(Database::open(file));
    must(database.execute("CREATE TABLE mine (x)"));
  }
  const auto opened = ReceiverStore::open(file);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().sentence().find("not a receiver's") != std::string::npos);
}

TEST_CASE("a database of a newer version is refused") {
  Scratch scratch;
  const std::string file = scratch.file("receiver.db");
  {
    auto store = must(ReceiverStore::open(file));
    must(store.database().execute("PRAGMA user_version = 99"));
  }
  const auto opened = ReceiverStore::open(file);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code() == Code::refused);
}

}  // namespace
}  // namespace vitald::test
