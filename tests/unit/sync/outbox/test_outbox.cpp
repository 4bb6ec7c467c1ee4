#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "platform/storage/database.hpp"
#include "sync/batch/packing.hpp"
#include "tests/unit/sync/outbox/outbox_site.hpp"

namespace vitald {
namespace {

TEST_CASE("a committed batch is there after a restart, byte for byte") {
  OutboxSite site;
  site.open();
  ClosedBatch batch = site.batch(Class::vital, 100, 900);
  const std::string body = batch.body;
  site.commit({batch});
  const std::string before = site.drain(Lane::backfill).at(0).bytes;
  site.open();
  const StoredBatch stored = site.drain(Lane::backfill).at(0);
  CHECK(stored.bytes == before);
  CHECK(content_of(stored) == body);
  const Envelope envelope = envelope_of(stored);
  CHECK(envelope.device == "gateway-7");
  CHECK(envelope.epoch == stored.epoch);
  CHECK(envelope.number == 1);
  CHECK(envelope.readings == 100);
  CHECK(envelope.boot == site.settings.boot);
}

TEST_CASE("a waveform batch is packed") {
  OutboxSite site;
  site.open();
  ClosedBatch batch = site.batch(Class::waveform, 100, 8000);
  batch.body = std::string(8000, 'w');
  site.commit({batch});
  const StoredBatch stored = site.drain(Lane::backfill).at(0);
  CHECK(stored.bytes.size() < 300);
  CHECK(envelope_of(stored).packing == Packing::zstd);
  CHECK(*unpack(content_of(stored), 10000) == batch.body);
}

TEST_CASE("numbers run from 1 without gaps over all classes, and a restart begins another epoch") {
  OutboxSite site;
  site.open();
  site.commit({site.batch(Class::vital), site.batch(Class::alarm), site.batch(Class::waveform)});
  site.commit_one(Class::alarm);
  const std::uint64_t first = site.epoch();
  CHECK(site.outbox->inventory() == std::vector<HeldEpoch>{{first, 4, {{1, 4}}}});
  site.open();
  CHECK(site.outbox->inventory().size() == 1);  // nothing committed, no epoch
  site.commit_one(Class::vital);
  const std::vector<HeldEpoch> inventory = site.outbox->inventory();
  REQUIRE(inventory.size() == 2);
  CHECK(inventory[0] == HeldEpoch{first, 4, {{1, 4}}});
  CHECK(inventory[1].last == 1);
  CHECK(inventory[1].epoch != first);
}

TEST_CASE("an epoch ends after a day") {
  OutboxSite site;
  site.open();
  site.commit_one(Class::vital);
  site.now += std::chrono::hours(23);
  site.commit_one(Class::vital);
  CHECK(site.outbox->inventory().size() == 1);
  site.now += std::chrono::hours(1);
  site.commit_one(Class::vital);
  CHECK(site.outbox->inventory().size() == 2);
}

TEST_CASE("the seal is set up once an epoch and sees each number once") {
  struct Counting : Seal {
    explicit Counting(std::vector<std::uint64_t>& numbers) : seen(numbers) {}
    Suite suite() const override { return Suite::x25519_aes256gcm; }
    KeyId recipient() const override { return {9}; }
    std::string enc() const override { return "enc"; }
    Result<std::string> seal(std::uint64_t number, std::string_view, std::string_view body) override {
      seen.push_back(number);
      return "sealed:" + std::string(body);
    }
    std::vector<std::uint64_t>& seen;
  };
  OutboxSite site;
  std::vector<std::uint64_t> epochs, numbers;
  site.settings.seal = [&](std::string_view, std::uint64_t epoch) -> Result<std::unique_ptr<Seal>> {
    epochs.push_back(epoch);
    return {std::make_unique<Counting>(numbers)};
  };
  site.open();
  for (int i = 0; i < 5; ++i) site.commit_one(Class::vital);
  CHECK(epochs == std::vector<std::uint64_t>{site.epoch()});
  CHECK(numbers == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
  const Envelope envelope = envelope_of(site.drain(Lane::backfill).at(0));
  CHECK(envelope.suite == Suite::x25519_aes256gcm);
  CHECK(envelope.recipient == KeyId{9});
  CHECK(envelope.enc == "enc");
}

TEST_CASE("a seal that fails costs the batch, says so, and never sees the number again") {
  OutboxSite site;
  bool broken = true;
  int made = 0;
  struct Broken : Seal {
    explicit Broken(bool& switched) : off(switched) {}
    Suite suite() const override { return Suite::none; }
    KeyId recipient() const override { return {}; }
    std::string enc() const override { return {}; }
    Result<std::string> seal(std::uint64_t, std::string_view, std::string_view body) override {
      if (off) return Error(Code::internal, "no entropy");
      return std::string(body);
    }
    bool& off;
  };
  site.settings.seal = [&](std::string_view, std::uint64_t) -> Result<std::unique_ptr<Seal>> {
    ++made;
    return {std::make_unique<Broken>(broken)};
  };
  site.open();
  std::vector<ClosedBatch> batches{site.batch(Class::vital, 17)};
  CHECK_FALSE(site.outbox->commit(batches, {}));
  broken = false;
  site.commit({});
  site.commit_one(Class::vital);
  CHECK(made >= 2);
  const std::vector<StoredBatch> alarms = site.drain(Lane::alarm);
  REQUIRE(alarms.size() == 1);
  const Result<DecodedBody> body = decode_body(content_of(alarms[0]));
  REQUIRE(body);
  REQUIRE(body->losses.size() == 1);
  CHECK(body->losses[0].reason == LossReason::commit_failed);
  CHECK(body->losses[0].readings == 17);
}

TEST_CASE("cursors are committed with their readings and come back after a restart") {
  OutboxSite site;
  site.open();
  site.commit({site.batch(Class::vital)}, {{"cuff", "record", "41"}, {"meter", "record", std::string("\0x", 2)}});
  site.commit({}, {{"cuff", "record", "42"}});
  site.open();
  std::vector<StoredCursor> cursors = site.outbox->cursors();
  REQUIRE(cursors.size() == 2);
  CHECK(cursors[0].bytes == "42");
  CHECK(cursors[1].bytes == std::string("\0x", 2));
}

TEST_CASE("losses of the same kind become one entry of one alarm batch") {
  OutboxSite site;
  site.open();
  Loss loss;
  loss.reason = LossReason::queue_full;
  loss.class_ = Class::waveform;
  loss.readings = 100;
  loss.first = boot_time(5000);
  loss.last = boot_time(9000);
  loss.sensor = "ecg";
  site.outbox->lose(loss);
  loss.first = boot_time(2000);
  site.outbox->lose(loss);
  loss.sensor = "ppg";
  site.outbox->lose(loss);
  REQUIRE(site.outbox->flush());
  const std::vector<StoredBatch> alarms = site.drain(Lane::alarm);
  REQUIRE(alarms.size() == 1);
  CHECK(alarms[0].readings == 0);
  const Result<DecodedBody> body = decode_body(content_of(alarms[0]));
  REQUIRE(body);
  REQUIRE(body->losses.size() == 2);
  CHECK(body->losses[0].readings == 200);
  CHECK(body->losses[0].first == boot_time(2000));
  CHECK(body->losses[0].last == boot_time(9000));
  CHECK(body->losses[1].sensor == "ppg");
  REQUIRE(site.outbox->stats().lost.size() == 1);
  CHECK(site.outbox->stats().lost[0].readings == 300);
  site.open();
  CHECK(site.outbox->stats().lost[0].readings == 300);
  CHECK(site.drain(Lane::alarm).size() == 1);
}

TEST_CASE("stats count what waits, over restarts") {
  OutboxSite site;
  site.open();
  site.commit({site.batch(Class::vital, 7), site.batch(Class::waveform, 500)});
  const BootTime oldest = site.now - std::chrono::seconds(1);
  site.commit_one(Class::alarm, 1);
  OutboxStats stats = site.outbox->stats();
  CHECK(stats.batches == 3);
  CHECK(stats.readings == 508);
  CHECK(stats.recorded == 508);
  CHECK(stats.confirmed == 0);
  CHECK(stats.commits == 2);
  CHECK(stats.oldest == oldest);
  CHECK(stats.bytes > 0);
  CHECK(stats.bytes <= stats.quota);
  REQUIRE(site.receipt({{1, 1}, {3, 3}}));
  stats = site.outbox->stats();
  CHECK(stats.batches == 1);
  CHECK(stats.readings == 500);
  CHECK(stats.confirmed == 8);
  REQUIRE(site.outbox->flush());
  site.settings.boot = {7};
  site.open();
  stats = site.outbox->stats();
  CHECK(stats.batches == 1);
  CHECK(stats.readings == 500);
  CHECK(stats.recorded == 508);
  CHECK(stats.confirmed == 8);
  CHECK(stats.oldest_of_earlier_boot);
}

TEST_CASE("a second process is refused, naming the first one's pid; after SIGKILL the store opens") {
  OutboxSite site;
  const pid_t child = fork();
  if (child == 0) {
    Result<std::unique_ptr<Outbox>> opened = Outbox::open(site.settings);
    std::ofstream(site.folder + "/ready") << "1";
    for (;;) pause();
  }
  while (!std::filesystem::exists(site.folder + "/ready")) usleep(1000);
  const Result<std::unique_ptr<Outbox>> second = Outbox::open(site.settings);
  REQUIRE_FALSE(second);
  CHECK(second.error().code() == Code::refused);
  CHECK_THAT(second.error().sentence(), Catch::Contains("process " + std::to_string(child)));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  site.open();
}

TEST_CASE("a store of a newer version is refused and left alone") {
  OutboxSite site;
  site.open();
  site.commit_one(Class::vital);
  site.outbox.reset();
  {
    Result<Database> database = Database::open(site.settings.file);
    REQUIRE(database);
    REQUIRE(database->execute("PRAGMA user_version=99"));
  }
  const Result<std::unique_ptr<Outbox>> opened = Outbox::open(site.settings);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code() == Code::refused);
  CHECK_THAT(opened.error().sentence(), Catch::Contains("version 99"));
}

TEST_CASE("what is no store of ours is set aside and a fresh one works") {
  OutboxSite site;
  SECTION("random bytes") { std::ofstream(site.settings.file) << std::string(5000, 'q'); }
  SECTION("another program's database") {
    Result<Database> database = Database::open(site.settings.file);
    REQUIRE(database);
    REQUIRE(database->execute("CREATE TABLE theirs(id)"));
  }
  SECTION("an empty file") { std::ofstream(site.settings.file).close(); }
  SECTION("a truncated store") {
    site.open();
    for (int i = 0; i < 50; ++i) site.commit_one(Class::vital);
    site.outbox.reset();
    std::filesystem::resize_file(site.settings.file, 1500);
  }
  SECTION("a log without its database") {
    site.open();
    for (int i = 0; i < 50; ++i) site.commit_one(Class::vital);
    site.outbox.reset();
    std::filesystem::remove(site.settings.file);
  }
  SECTION("another device's store") {
    site.open();
    site.commit_one(Class::vital);
    site.settings.device = "gateway-8";
  }
  site.open();
  site.commit_one(Class::alarm);
  CHECK(site.drain(Lane::alarm).size() == 1);
}

}  // namespace
}  // namespace vitald
