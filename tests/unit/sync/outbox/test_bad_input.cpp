// What a store may find at its start, and clocks that jump: each has a clear outcome, and nothing that was accepted is
// lost by it.

#include <fstream>
#include <set>

#include "platform/storage/database.hpp"
#include "sync/outbox/schema.hpp"
#include "tests/unit/sync/outbox/outbox_site.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr auto kThirtyYears = std::chrono::hours(24 * 365 * 30);

void change(const std::string& file, const std::string& sql) {
  Result<Database> database = Database::open(file);
  REQUIRE(database);
  const Result<void> changed = database->execute(sql);
  INFO(Catch::StringMaker<Result<void>>::convert(changed));
  REQUIRE(changed);
}

std::int64_t version_of(const std::string& file) {
  Result<Database> database = Database::open(file);
  REQUIRE(database);
  const Result<std::int64_t> version = database->number("PRAGMA user_version");
  REQUIRE(version);
  return *version;
}

// Version 1 had no recipient in its epochs, and everything else as it is now.
constexpr char kBackToVersion1[] = "ALTER TABLE epoch DROP COLUMN recipient; PRAGMA user_version=1";

TEST_CASE("a store of version 1 is brought up to date with everything in it") {
  OutboxSite site;
  site.open();
  for (int i = 0; i < 3; ++i) site.commit_one(Class::vital);
  site.open();
  site.commit({site.batch(Class::alarm), site.batch(Class::waveform, 200, 3000)}, {{"cuff", "record", "17"}});
  REQUIRE(site.receipt({{1, 1}}));
  REQUIRE(site.outbox->flush());
  const OutboxStats before = site.outbox->stats();
  const std::vector<HeldEpoch> held = site.outbox->inventory();
  const std::string waveform = site.drain(Lane::live).front().bytes;
  site.outbox.reset();
  change(site.settings.file, kBackToVersion1);

  site.open();
  const OutboxStats after = site.outbox->stats();
  CHECK(after.batches == before.batches);
  CHECK(after.readings == before.readings);
  CHECK(after.confirmed == before.confirmed);
  CHECK(site.outbox->inventory() == held);
  CHECK(site.outbox->cursors().size() == 1);
  CHECK(site.drain(Lane::live).front().bytes == waveform);
  site.commit_one(Class::vital);
  CHECK(site.outbox->inventory().size() == held.size() + 1);
  site.outbox.reset();
  CHECK(version_of(site.settings.file) == kSchemaVersion);
}

TEST_CASE("a store that cannot be brought up to date stays as it was, and the error says what failed") {
  OutboxSite site;
  site.open();
  site.commit_one(Class::vital);
  site.outbox.reset();
  change(site.settings.file, "PRAGMA user_version=1");  // it has the column already: the step fails
  const Result<std::unique_ptr<Outbox>> opened = Outbox::open(site.settings);
  REQUIRE_FALSE(opened);
  CHECK_THAT(opened.error().sentence(), Catch::Contains("bringing the store up to date"));
  CHECK(version_of(site.settings.file) == 1);
  change(site.settings.file, "PRAGMA user_version=2");
  site.open();
  CHECK(site.outbox->stats().batches == 1);
}

TEST_CASE("another device's store is set aside whole, and found again by its own device") {
  OutboxSite site;
  site.open();
  site.commit_one(Class::vital);
  site.settings.device = "gateway-8";
  site.open();
  CHECK(site.outbox->stats().batches == 0);
  site.outbox.reset();
  std::filesystem::rename(site.settings.file + ".foreign-1", site.settings.file);
  site.settings.device = "gateway-7";
  site.open();
  CHECK(site.drain(Lane::live).size() == 1);
}

TEST_CASE("a disk that is away or cannot be written is an error that names the file, whenever it is tried") {
  OutboxSite site;
  const std::string good = site.settings.file;
  for (const std::string folder : {"/nonexistent/disk", "/proc"}) {
    site.settings.file = folder + "/outbox.db";
    const Result<std::unique_ptr<Outbox>> opened = Outbox::open(site.settings);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code() == Code::io);
    CHECK_THAT(opened.error().sentence(), Catch::Contains(site.settings.file));
  }
  site.settings.file = good;
  site.open();
}

TEST_CASE("the clock jumps 30 years forth and back: nothing is lost, no number comes twice") {
  OutboxSite site;
  site.open();
  std::set<std::pair<std::uint64_t, std::uint64_t>> ids;
  const auto commit_some = [&] {
    for (int i = 0; i < 3; ++i) site.commit_one(Class::vital);
    for (const StoredBatch& batch : site.drain(Lane::live)) CHECK(ids.emplace(batch.epoch, batch.number).second);
    while (site.outbox->background()) continue;
  };
  commit_some();
  REQUIRE(site.receipt({{1, 1}}));
  site.now += kThirtyYears;
  commit_some();
  site.now -= 2 * kThirtyYears;
  commit_some();
  site.now += kThirtyYears;
  commit_some();
  CHECK(ids.size() == 12);
  CHECK(site.outbox->stats().batches == 11);
  CHECK(site.outbox->stats().lost.empty());
  site.open();
  CHECK(site.drain(Lane::live).size() == 11);
}

TEST_CASE("a log of which the end is torn gives what was committed before it") {
  OutboxSite site;
  site.open();
  for (int i = 0; i < 20; ++i) site.commit_one(Class::vital);
  const std::string copy = site.folder + "/copy";
  std::filesystem::create_directory(copy);
  for (const char* end : {"", "-wal"}) std::filesystem::copy_file(site.settings.file + end, copy + "/outbox.db" + end);
  std::ofstream(copy + "/outbox.db-wal", std::ios::app) << std::string(777, 'q');
  site.outbox.reset();
  site.settings.file = copy + "/outbox.db";
  site.open();
  CHECK(site.outbox->stats().batches == 20);
}

}  // namespace
}  // namespace vitald
