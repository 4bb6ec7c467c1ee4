#include <catch2/catch.hpp>

#include "sync/receiver/gap_repair.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

using namespace std::chrono_literals;

BootTime at(Microseconds time) { return BootTime(time); }

TEST_CASE("a device is asked when nothing of what it holds has come for the grace period") {
  GapRepair repair(60s);
  repair.watch(1, 5, at(0s));
  CHECK(repair.due(at(59s)).empty());
  REQUIRE(repair.due(at(60s)) == std::vector<std::int64_t>{1});
  CHECK(repair.look(1, 5, at(60s)));
}

TEST_CASE("a device that is draining is left alone") {
  GapRepair repair(60s);
  repair.watch(1, 500, at(0s));
  CHECK_FALSE(repair.look(1, 400, at(60s)));
  CHECK_FALSE(repair.look(1, 300, at(120s)));
  CHECK(repair.look(1, 300, at(180s)));
}

TEST_CASE("a device that does not answer is asked less and less often, at least once an hour") {
  GapRepair repair(60s);
  repair.watch(1, 5, at(0s));
  Microseconds now = 0s, last = 0s;
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 9; ++i) {
    while (repair.due(at(now)).empty()) now += 1s;
    CHECK(repair.look(1, 5, at(now)));
    waits.push_back(std::chrono::duration_cast<std::chrono::seconds>(now - last).count());
    last = now;
  }
  CHECK(waits == std::vector<std::int64_t>{60, 120, 240, 480, 960, 1920, 3600, 3600, 3600});
}

TEST_CASE("nothing missing ends the watch") {
  GapRepair repair(60s);
  repair.watch(1, 5, at(0s));
  CHECK_FALSE(repair.look(1, 0, at(60s)));
  CHECK(repair.due(at(100h)).empty());
}

TEST_CASE("what was missing before the start is looked at twice before the device is asked") {
  GapRepair repair(60s);
  repair.watch(1, std::nullopt, at(0s));
  CHECK_FALSE(repair.look(1, 5, at(60s)));
  CHECK(repair.look(1, 5, at(120s)));
}

}  // namespace
}  // namespace vitald::test
