#include "tests/unit/sync/outbox/outbox_site.hpp"

namespace vitald {
namespace {

TEST_CASE("a batch is kept until its receipt arrives, and not handed out again after it") {
  OutboxSite site;
  site.open();
  for (int i = 0; i < 5; ++i) site.commit_one(Class::vital);
  CHECK(site.numbers(Lane::backfill).size() == 5);
  site.outbox->rewind();
  REQUIRE(site.receipt({{1, 2}, {4, 4}}));
  CHECK(site.numbers(Lane::backfill) == std::vector<std::uint64_t>{3, 5});
  REQUIRE(site.outbox->flush());
  site.open();
  CHECK(site.numbers(Lane::backfill) == std::vector<std::uint64_t>{3, 5});
}

TEST_CASE("a receipt that was not written yet is only forgotten, never half remembered") {
  OutboxSite site;
  site.open();
  for (int i = 0; i < 3; ++i) site.commit_one(Class::vital);
  REQUIRE(site.receipt({{1, 3}}));
  site.open();  // without a commit in between
  CHECK(site.numbers(Lane::backfill).size() == 3);
}

TEST_CASE("a receipt for what never was is an error and moves nothing") {
  OutboxSite site;
  site.open();
  for (int i = 0; i < 3; ++i) site.commit_one(Class::vital);
  Result<void> received = site.receipt({{1, 1}, {3, 4}});
  REQUIRE_FALSE(received);
  CHECK(received.error().code() == Code::invalid);
  received = site.outbox->receipted(12345, RangeSet(std::vector<Range>{{1, 1}}));
  REQUIRE_FALSE(received);
  CHECK(received.error().code() == Code::not_found);
  CHECK(site.outbox->stats().batches == 3);
  CHECK(site.numbers(Lane::backfill).size() == 3);
}

TEST_CASE("confirmed batches can be read again for their keep time, then they leave with their epoch") {
  OutboxSite site;
  site.settings.keep = std::chrono::hours(72);
  site.open();
  for (int i = 0; i < 100; ++i) site.commit_one(Class::vital, 10, 500);
  const std::uint64_t epoch = site.epoch();
  site.open();
  site.commit_one(Class::vital);
  REQUIRE(site.outbox->receipted(epoch, RangeSet(std::vector<Range>{{1, 100}})));
  REQUIRE(site.outbox->flush());
  site.now += std::chrono::hours(71);
  while (site.outbox->background()) {
  }
  CHECK(site.outbox->read(epoch, {7, 9}, 1 << 20)->size() == 3);
  CHECK(site.outbox->inventory().size() == 2);
  site.now += std::chrono::hours(2);
  while (site.outbox->background()) {
  }
  REQUIRE(site.outbox->flush());
  CHECK(site.outbox->read(epoch, {80, 80}, 1 << 20)->size() <= 1);
  CHECK(site.outbox->read(epoch, {7, 9}, 1 << 20)->empty());
}

TEST_CASE("an epoch of which nothing is left goes, and its readings stay counted") {
  OutboxSite site;
  site.settings.keep = Microseconds(0);
  site.open();
  for (int i = 0; i < 128; ++i) site.commit_one(Class::vital, 10);
  const std::uint64_t epoch = site.epoch();
  site.open();
  site.commit_one(Class::vital, 3);
  REQUIRE(site.outbox->receipted(epoch, RangeSet(std::vector<Range>{{1, 128}})));
  REQUIRE(site.outbox->flush());
  REQUIRE(site.outbox->inventory().size() == 1);
  CHECK(site.outbox->stats().recorded == 1283);
  CHECK(site.outbox->stats().confirmed == 1280);
  site.open();
  CHECK(site.outbox->stats().recorded == 1283);
  CHECK(site.outbox->stats().batches == 1);
  CHECK(site.outbox->stats().readings == 3);
}

TEST_CASE("read hands out named batches of all classes in order, leaving out what is gone") {
  OutboxSite site;
  site.open();
  site.commit({site.batch(Class::vital), site.batch(Class::alarm), site.batch(Class::waveform)});
  const Result<std::vector<StoredBatch>> read = site.outbox->read(site.epoch(), {2, 900}, 1 << 20);
  REQUIRE(read);
  REQUIRE(read->size() == 2);
  CHECK(read->at(0).class_ == Class::alarm);
  CHECK(read->at(1).number == 3);
  CHECK(site.outbox->read(1, {1, 1}, 100)->empty());
  CHECK(site.outbox->read(site.epoch(), {1, 3}, 1)->size() == 1);
}

}  // namespace
}  // namespace vitald
