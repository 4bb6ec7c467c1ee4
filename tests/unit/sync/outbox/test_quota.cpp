#include <sys/stat.h>

#include <fstream>
#include <map>
#include <random>

#include "tests/unit/sync/outbox/outbox_site.hpp"

namespace vitald {
namespace {

std::uint64_t bytes_on_disk(const OutboxSite& site) {
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(site.folder)) bytes += entry.file_size();
  return bytes;
}

struct Told {
  std::map<Class, std::uint64_t> readings;
  RangeSet ranges;
};

Told losses_of(OutboxSite& site, LossReason reason) {
  Told told;
  for (const StoredBatch& batch : site.drain(Lane::alarm)) {
    if (batch.readings > 0) continue;
    const Result<DecodedBody> body = decode_body(content_of(batch));
    REQUIRE(body);
    for (const Loss& loss : body->losses) {
      if (loss.reason != reason) continue;
      told.readings[loss.class_] += loss.readings;
      for (const Range& range : loss.ranges) told.ranges.add(range);
    }
  }
  return told;
}

TEST_CASE("the quota is never exceeded by a byte, and waveforms go first, each loss told") {
  OutboxSite site;
  site.settings.quota = 1 << 20;
  site.open();
  std::uint64_t vitals = 0, waveforms = 0;
  for (int i = 0; i < 600; ++i) {
    site.commit({site.batch(Class::waveform, 500, 4000), site.batch(Class::vital, 10, 300)});
    waveforms += 500;
    vitals += 10;
    if (i % 50 == 0) site.commit_one(Class::alarm, 1);
    REQUIRE(bytes_on_disk(site) <= site.settings.quota);
    REQUIRE(site.outbox->stats().bytes <= site.settings.quota);
  }
  const std::vector<StoredBatch> rest = site.drain(Lane::backfill);
  std::map<Class, std::uint64_t> held;
  for (const StoredBatch& batch : rest) held[batch.class_] += batch.readings;
  CHECK(held[Class::vital] == vitals);
  CHECK(held[Class::waveform] > 0);
  const Told told = losses_of(site, LossReason::evicted);
  CHECK(told.readings.at(Class::waveform) == waveforms - held[Class::waveform]);
  CHECK(told.readings.count(Class::vital) == 0);
  const HeldEpoch inventory = site.outbox->inventory().back();
  CHECK(RangeSet(inventory.ranges).count() + told.ranges.count() == inventory.last);
  CHECK(site.outbox->stats().readings == vitals + held[Class::waveform] + 12);
}

TEST_CASE("confirmed batches leave before anything that waits") {
  OutboxSite site;
  site.settings.quota = 1 << 20;
  site.open();
  for (int i = 0; i < 400; ++i) {
    site.commit_one(Class::vital, 10, 4000);
    const std::uint64_t last = site.outbox->inventory().back().last;
    REQUIRE(site.receipt({{1, last - std::min<std::uint64_t>(last - 1, 20)}}));
  }
  CHECK(site.outbox->stats().lost.empty());
  CHECK(site.outbox->stats().confirmed > 3000);
  CHECK(bytes_on_disk(site) <= site.settings.quota);
}

TEST_CASE("a store that was filled works on after a restart") {
  OutboxSite site;
  site.settings.quota = 1 << 20;
  site.open();
  for (int i = 0; i < 300; ++i) site.commit_one(Class::waveform, 100, 5000);
  site.open();
  for (int i = 0; i < 300; ++i) site.commit_one(Class::vital, 10, 5000);
  CHECK(bytes_on_disk(site) <= site.settings.quota);
  const OutboxStats stats = site.outbox->stats();
  std::uint64_t lost = 0;
  for (const OutboxStats::LossCount& count : stats.lost) lost += count.readings;
  CHECK(stats.readings + lost == stats.recorded);
  CHECK(stats.recorded == 33000);
}

TEST_CASE("a full store that is damaged leaves its successor room within the quota, and keeps its alarms") {
  OutboxSite site;
  site.settings.quota = 4 << 20;
  site.open();
  std::uint64_t alarms = 0;
  std::mt19937 random(1);
  for (int i = 0; i < 1500; ++i) {
    ClosedBatch waveform = site.batch(Class::waveform, 500, 4000);
    for (char& c : waveform.body) c = static_cast<char>(random());  // nothing to be packed
    site.commit({waveform});
    if (i % 20 != 0) continue;
    site.commit_one(Class::alarm, 1);
    ++alarms;
  }
  REQUIRE(losses_of(site, LossReason::evicted).ranges.count() > 0);  // it was full
  site.outbox.reset();
  std::filesystem::remove(site.settings.file + "-wal");  // was copied back: what it still holds would hide the damage
  std::fstream(site.settings.file, std::ios::in | std::ios::out | std::ios::binary) << std::string(1024, '\xee');
  site.open();
  const auto used = [&] {
    std::uint64_t blocks = 0;
    for (const auto& entry : std::filesystem::directory_iterator(site.folder)) {
      struct stat status {};
      if (stat(entry.path().c_str(), &status) == 0) blocks += static_cast<std::uint64_t>(status.st_blocks) * 512;
    }
    return blocks;
  };
  for (int i = 0; i < 300; ++i) {
    site.commit_one(Class::vital, 10, 900);
    (void)site.outbox->background();
    REQUIRE(used() <= site.settings.quota);
    REQUIRE(site.outbox->stats().bytes <= site.settings.quota);
  }
  for (int i = 0; i < 100000 && site.outbox->background(); ++i) {
  }
  REQUIRE(site.outbox->flush());
  std::uint64_t kept = 0;
  for (const StoredBatch& batch : site.drain(Lane::alarm)) kept += batch.readings == 1 ? 1 : 0;
  site.outbox->rewind();
  CHECK(kept == alarms);
  CHECK(losses_of(site, LossReason::corrupt).ranges.count() > 0);
}

}  // namespace
}  // namespace vitald
