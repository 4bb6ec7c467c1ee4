#include <algorithm>
#include <random>
#include <set>

#include "tests/unit/sync/outbox/outbox_site.hpp"

namespace vitald {
namespace {

using Numbers = std::vector<std::uint64_t>;

TEST_CASE("alarms come oldest first, live newest first, backfill oldest first") {
  OutboxSite site;
  site.open();
  site.commit({site.batch(Class::vital), site.batch(Class::alarm), site.batch(Class::waveform)});
  site.commit({site.batch(Class::alarm), site.batch(Class::vital)});
  CHECK(site.numbers(Lane::alarm) == Numbers{2, 4});
  CHECK(site.numbers(Lane::live) == Numbers{5, 3, 1});
  CHECK(site.numbers(Lane::backfill) == Numbers{});
  site.outbox->rewind();
  CHECK(site.numbers(Lane::backfill) == Numbers{1, 3, 5});
  site.outbox->rewind();
  CHECK(site.outbox->take(Lane::live, 1 << 20, 1)->at(0).number == 5);
  CHECK(site.outbox->take(Lane::backfill, 1 << 20, 1)->at(0).number == 1);
  CHECK(site.outbox->take(Lane::live, 1 << 20, 1)->at(0).number == 3);
  CHECK(site.outbox->take(Lane::backfill, 1 << 20, 1)->empty());
}

TEST_CASE("take stays within the bytes but hands out at least one batch") {
  OutboxSite site;
  site.open();
  for (int i = 0; i < 4; ++i) site.commit_one(Class::vital, 10, 1000);
  CHECK(site.outbox->take(Lane::backfill, 10, 100)->size() == 1);
  CHECK(site.outbox->take(Lane::backfill, 2300, 100)->size() == 2);
  CHECK(site.outbox->take(Lane::backfill, 1 << 20, 100)->size() == 1);
}

// One class' rows as a plain list, to hold the lanes against.
struct Model {
  struct Entry {
    std::uint64_t epoch, number;
    Class class_;
    bool taken = false, receipted = false;
  };
  std::vector<Entry> entries;  // in the order of committing

  bool matches(const Entry& entry, Lane lane) const {
    return !entry.taken && !entry.receipted && (entry.class_ == Class::alarm) == (lane == Lane::alarm);
  }
  Entry* next(Lane lane) {
    const auto fits = [&](const Entry& entry) { return matches(entry, lane); };
    if (lane == Lane::live) {
      const auto found = std::find_if(entries.rbegin(), entries.rend(), fits);
      return found == entries.rend() ? nullptr : &*found;
    }
    const auto found = std::find_if(entries.begin(), entries.end(), fits);
    return found == entries.end() ? nullptr : &*found;
  }
};

TEST_CASE("the lanes hand out what a plain list would, whatever happens in between") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto one_in = [&](unsigned n) { return random() % n == 0; };
  OutboxSite site;
  site.settings.keep = std::chrono::seconds(200);
  site.open();
  Model model;
  for (int step = 0; step < 1500; ++step) {
    const auto what = static_cast<unsigned>(random() % 100);
    if (what < 35) {
      std::vector<ClosedBatch> batches;
      for (auto i = random() % 4; i < 4; ++i)
        batches.push_back(site.batch(kClasses[random() % 3], static_cast<std::uint32_t>(random() % 50)));
      REQUIRE(site.outbox->commit(batches, {}));
      const HeldEpoch held = site.outbox->inventory().back();
      for (std::size_t i = 0; i < batches.size(); ++i) {
        model.entries.push_back({held.epoch, held.last - batches.size() + 1 + i, batches[i].class_});
      }
    } else if (what < 80) {
      const Lane lane = std::array{Lane::alarm, Lane::live, Lane::backfill}[random() % 3];
      const Result<std::vector<StoredBatch>> taken = site.outbox->take(lane, 1 << 20, random() % 4 + 1);
      REQUIRE(taken);
      for (const StoredBatch& batch : *taken) {
        Model::Entry* expected = model.next(lane);
        REQUIRE(expected != nullptr);
        REQUIRE(batch.number == expected->number);
        REQUIRE(batch.epoch == expected->epoch);
        REQUIRE(batch.class_ == expected->class_);
        expected->taken = true;
      }
      if (taken->empty()) REQUIRE(model.next(lane) == nullptr);
    } else if (what < 95 && !model.entries.empty()) {
      const std::size_t first = random() % model.entries.size();
      RangeSet ranges;
      for (std::size_t i = first; i < std::min(first + random() % 20, model.entries.size()); ++i) {
        Model::Entry& entry = model.entries[i];
        if (entry.epoch != model.entries[first].epoch || one_in(5)) continue;
        ranges.add({entry.number, entry.number});
        entry.receipted = true;
      }
      REQUIRE(site.outbox->receipted(model.entries[first].epoch, ranges));
    } else if (one_in(2)) {
      site.outbox->rewind();
      for (Model::Entry& entry : model.entries) entry.taken = false;
    } else if (one_in(3)) {
      REQUIRE(site.outbox->flush());
      site.open();
      for (Model::Entry& entry : model.entries) entry.taken = false;
      if (one_in(4)) model.entries.clear();
      if (model.entries.empty()) {  // a fresh store, so that epochs that leave do not matter
        site.outbox.reset();
        std::filesystem::remove_all(site.folder);
        std::filesystem::create_directory(site.folder);
        site.open();
      }
    }
    std::uint64_t waiting = 0;
    for (const Model::Entry& entry : model.entries) waiting += entry.receipted ? 0 : 1;
    REQUIRE(site.outbox->stats().batches == waiting);
  }
}

}  // namespace
}  // namespace vitald
