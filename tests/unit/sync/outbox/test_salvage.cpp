#include <fstream>
#include <map>
#include <random>

#include "tests/unit/sync/outbox/outbox_site.hpp"

namespace vitald {
namespace {

void overwrite(const std::string& file, std::uint64_t at, const std::string& bytes) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(static_cast<std::streamoff>(at));
  stream << bytes;
}

// A clean end copies the log back: what it still holds would hide the damage.
void close_without_log(OutboxSite& site) {
  site.outbox.reset();
  std::filesystem::remove(site.settings.file + "-wal");
}

void idle(OutboxSite& site) {
  for (int i = 0; i < 100000 && site.outbox->background(); ++i) {
  }
  REQUIRE(site.outbox->flush());
}

using Key = std::pair<std::uint64_t, std::uint64_t>;

std::map<Key, std::string> all_batches(OutboxSite& site) {
  std::map<Key, std::string> all;
  site.outbox->rewind();
  for (const Lane lane : {Lane::alarm, Lane::backfill}) {
    for (const StoredBatch& batch : site.drain(lane, 100)) all[{batch.epoch, batch.number}] = batch.bytes;
  }
  return all;
}

TEST_CASE("with its first page gone, every batch on another page comes over under its number") {
  OutboxSite site;
  site.open();
  for (int i = 0; i < 200; ++i) {
    site.commit(
        {site.batch(Class::vital, 10, 300 + static_cast<std::size_t>(i) * 20), site.batch(Class::waveform, 9, 3000)});
  }
  REQUIRE(site.receipt({{1, 100}}));
  REQUIRE(site.outbox->flush());
  const std::map<Key, std::string> before = all_batches(site);
  REQUIRE(before.size() == 300);
  close_without_log(site);
  overwrite(site.settings.file, 0, std::string(1024, '\xee'));
  site.open();
  site.commit_one(Class::alarm, 1);  // accepted at once
  idle(site);
  std::map<Key, std::string> after = all_batches(site);
  for (const auto& [key, bytes] : before) {
    INFO("number " << key.second);
    REQUIRE((after[key] == bytes));
  }
  CHECK(site.outbox->stats().batches == 301);
  CHECK(std::filesystem::exists(site.settings.file + ".aside-1") == false);
  const std::vector<HeldEpoch> inventory = site.outbox->inventory();
  REQUIRE(inventory.size() == 2);
  CHECK(inventory[0].last == 400);
  CHECK(RangeSet(inventory[0].ranges).count() == 300);
}

TEST_CASE("damage met at work: a fresh store and epoch at once, the rest salvaged, what is missing named") {
  OutboxSite site;
  site.open();
  for (int i = 0; i < 400; ++i) site.commit_one(Class::vital, 10, 300);
  const std::uint64_t epoch = site.epoch();
  close_without_log(site);
  // The leaf in the middle of the table: found when the lane comes to it.
  const std::uint64_t pages = std::filesystem::file_size(site.settings.file) / 1024;
  std::string page(1024, '\0');
  for (std::uint64_t p = pages / 4; p < pages / 4 + 2; ++p) overwrite(site.settings.file, p * 1024, page);
  site.open();
  site.commit_one(Class::alarm, 1);
  std::uint64_t taken = 0;
  for (int i = 0; i < 200; ++i) {
    const Result<std::vector<StoredBatch>> batches = site.outbox->take(Lane::backfill, 1 << 20, 10);
    if (batches) taken += batches->size();
  }
  site.commit_one(Class::alarm, 1);
  idle(site);
  const std::map<Key, std::string> after = all_batches(site);
  std::uint64_t told = 0, salvaged = 0;
  for (const auto& [key, bytes] : after) salvaged += key.first == epoch ? 1 : 0;
  for (const auto& [key, bytes] : after) {
    StoredBatch batch;
    batch.bytes = bytes;
    const Result<DecodedBody> body = decode_body(content_of(batch));
    if (!body) continue;
    for (const Loss& loss : body->losses) {
      CHECK(loss.reason == LossReason::corrupt);
      CHECK(loss.epoch == epoch);
      told += RangeSet(loss.ranges).count();
      CHECK(loss.readings == 10 * RangeSet(loss.ranges).count());
    }
  }
  CHECK(salvaged >= 380);
  CHECK(salvaged < 400);
  CHECK(salvaged + told == 400);
}

TEST_CASE("a row whose bytes rotted is never handed out and becomes a loss record") {
  OutboxSite site;
  site.open();
  for (int i = 0; i < 20; ++i) site.commit_one(Class::vital, 50, 6000);
  const std::string victim = content_of(site.drain(Lane::backfill).at(9)).substr(2000, 64);
  close_without_log(site);
  std::ifstream stream(site.settings.file, std::ios::binary);
  const std::string file((std::istreambuf_iterator<char>(stream)), {});
  const std::size_t at = file.find(victim);
  REQUIRE(at != std::string::npos);
  overwrite(site.settings.file, at + 10, "rotten");
  site.open();
  CHECK(site.numbers(Lane::backfill).size() == 19);
  REQUIRE(site.outbox->flush());
  const std::vector<StoredBatch> alarms = site.drain(Lane::alarm);
  REQUIRE(alarms.size() == 1);
  const Loss loss = decode_body(content_of(alarms[0]))->losses.at(0);
  CHECK(loss.reason == LossReason::corrupt);
  CHECK(loss.ranges == std::vector<Range>{{10, 10}});
  CHECK(loss.readings == 50);
  CHECK(site.outbox->stats().batches == 20);
}

TEST_CASE("after an unclean end every row is checked in the background") {
  OutboxSite site;
  site.open();
  for (int i = 0; i < 100; ++i) site.commit_one(Class::vital, 50, 6000);
  const std::string victim = content_of(site.drain(Lane::backfill).at(70)).substr(2000, 64);
  close_without_log(site);
  std::ofstream(site.settings.file + ".lock") << "4711 1";
  std::ifstream stream(site.settings.file, std::ios::binary);
  const std::string file((std::istreambuf_iterator<char>(stream)), {});
  overwrite(site.settings.file, file.find(victim), "rotten");
  site.open();
  idle(site);
  CHECK(site.drain(Lane::alarm).size() == 1);
  CHECK(site.drain(Lane::backfill).size() == 99);
}

}  // namespace
}  // namespace vitald
