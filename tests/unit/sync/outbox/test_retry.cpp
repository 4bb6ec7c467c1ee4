#include <sys/resource.h>

#include <csignal>
#include <map>

#include "tests/unit/sync/outbox/outbox_site.hpp"

namespace vitald {
namespace {

// While it lives, no file of this process grows or is written: writing fails with EFBIG.
class NoWrites {
 public:
  NoWrites() {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit none{0, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &none);
  }
  ~NoWrites() { setrlimit(RLIMIT_FSIZE, &before_); }
  NoWrites(const NoWrites&) = delete;
  NoWrites& operator=(const NoWrites&) = delete;

 private:
  rlimit before_{};
};

// What was ever sealed. Sealing adds a count, so that sealing the same body twice shows.
struct Sealed {
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> contents;  // by epoch, number
  int twice = 0;
};

class CountingSeal final : public Seal {
 public:
  CountingSeal(Sealed& sealed, std::uint64_t epoch) : sealed_(sealed), epoch_(epoch) {}
  Suite suite() const override { return Suite::none; }
  KeyId recipient() const override { return {}; }
  std::string enc() const override { return {}; }
  Result<std::string> seal(std::uint64_t number, std::string_view, std::string_view body) override {
    std::string content = std::to_string(sealed_.contents.size()) + ":" + std::string(body);
    if (!sealed_.contents.emplace(std::pair(epoch_, number), content).second) ++sealed_.twice;
    return content;
  }

 private:
  Sealed& sealed_;
  std::uint64_t epoch_;
};

SealMaker counting(Sealed& sealed) {
  return [&sealed](std::string_view, std::uint64_t epoch) -> Result<std::unique_ptr<Seal>> {
    return std::unique_ptr<Seal>(std::make_unique<CountingSeal>(sealed, epoch));
  };
}

TEST_CASE("after a commit that failed the same sealed bytes are written, before what is new and under a new epoch") {
  OutboxSite site;
  Sealed sealed;
  site.settings.seal = counting(sealed);
  site.open();
  site.commit_one(Class::vital);
  const std::uint64_t epoch = site.epoch();
  std::vector<ClosedBatch> refused{site.batch(Class::vital), site.batch(Class::alarm)};
  {
    const NoWrites disk;
    REQUIRE_FALSE(site.outbox->commit(refused, {}));
    REQUIRE_FALSE(site.outbox->commit({}, {}));
  }
  REQUIRE(site.outbox->commit({}, {}));
  site.commit_one(Class::vital);
  std::vector<StoredBatch> there = site.drain(Lane::alarm);
  for (StoredBatch& batch : site.drain(Lane::backfill)) there.push_back(std::move(batch));
  REQUIRE(there.size() == 4);
  CHECK(sealed.twice == 0);
  CHECK(sealed.contents.size() == 4);
  for (const StoredBatch& batch : there) CHECK((content_of(batch) == sealed.contents.at({batch.epoch, batch.number})));
  CHECK(site.epoch() != epoch);
  CHECK(site.outbox->stats().failed_commits == 1);
}

TEST_CASE("cursors of a failed commit are not stored; those of the repeated one are") {
  OutboxSite site;
  site.open();
  std::vector<ClosedBatch> record{site.batch(Class::vital)};
  const std::vector<StoredCursor> cursors{{"cuff-1", "record", "17"}};
  {
    const NoWrites disk;
    REQUIRE_FALSE(site.outbox->commit(record, cursors));
  }
  CHECK(site.open().cursors().empty());
  record = {site.batch(Class::vital)};
  {
    const NoWrites disk;
    REQUIRE_FALSE(site.outbox->commit(record, cursors));
  }
  REQUIRE(site.outbox->commit({}, cursors));
  site.open();
  REQUIRE(site.outbox->cursors().size() == 1);
  CHECK(site.outbox->cursors()[0].bytes == "17");
  CHECK(site.drain(Lane::backfill).size() == 1);
}

}  // namespace
}  // namespace vitald
