#include "sync/uplink/turns.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr BootTime kTurnsNow{Microseconds(1'000'000'000)};

TurnLimits limits() { return {BackoffLimits{}, 10min, Microseconds(0), Microseconds(0)}; }

TEST_CASE("a lost link is tried again by the back-off") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Turns turns(limits(), seed);
    CHECK(turns.next(kTurnsNow) <= kTurnsNow + 2s);
    turns.connected(kTurnsNow);
    turns.lost(kTurnsNow + 1h);
    CHECK(turns.next(kTurnsNow + 1h) <= kTurnsNow + 1h + 30s);
  }
}

TEST_CASE("after a refusal the next attempt waits at least half of the long wait, and an alarm does not change that") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Turns turns(limits(), seed);
    turns.next(kTurnsNow);
    turns.refused(kTurnsNow);
    const BootTime next = turns.next(kTurnsNow);
    CHECK(next >= kTurnsNow + 5min);
    CHECK(next <= kTurnsNow + 10min);
    CHECK(turns.hurried(kTurnsNow + 1s) == next);
    turns.lost(next);  // the long wait is for this once
    CHECK(turns.next(next) <= next + 120s);
  }
}

TEST_CASE("send windows keep their rhythm, and devices that started together do not share it") {
  TurnLimits every = limits();
  every.window = 10min;
  std::set<std::int64_t> phases;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Turns turns(every, seed);
    BootTime now = turns.next(kTurnsNow);
    turns.connected(now);
    turns.drained(now + 5s);
    BootTime last = turns.next(now + 5s);
    phases.insert(us(last));
    for (int i = 0; i < 10; ++i) {
      turns.connected(last);
      turns.drained(last + 20s);
      const BootTime next = turns.next(last + 20s);
      CHECK(next == last + 10min);
      last = next;
    }
  }
  CHECK(phases.size() > 90);
}

TEST_CASE("an alarm ends a planned pause at once, and an unplanned one within 3 s but once a minute only") {
  TurnLimits every = limits();
  every.window = 1h;
  every.backoff.start = 0s;
  Turns planned(every, 1);
  planned.connected(planned.next(kTurnsNow));
  planned.drained(kTurnsNow);
  planned.next(kTurnsNow);
  CHECK(planned.hurried(kTurnsNow + 1s) <= kTurnsNow + 1s);

  TurnLimits slow = limits();
  slow.backoff.spread = 1h;
  slow.backoff.ceiling = 1h;
  Turns turns(slow, 7);
  turns.next(kTurnsNow);
  REQUIRE(turns.next(kTurnsNow) > kTurnsNow + 1min);
  CHECK(turns.hurried(kTurnsNow) <= kTurnsNow + 3s);
  REQUIRE(turns.next(kTurnsNow + 3s) > kTurnsNow + 1min);
  CHECK(turns.hurried(kTurnsNow + 4s) > kTurnsNow + 10s);
  CHECK(turns.hurried(kTurnsNow + 61s) <= kTurnsNow + 64s);
}

TEST_CASE("attempts keep the gap that a cloud wants, alarms or not") {
  TurnLimits gap = limits();
  gap.gap = 5s;
  gap.backoff = {0s, 0s, 0s, 60s};
  Turns turns(gap, 3);
  const BootTime first = turns.next(kTurnsNow);
  const BootTime second = turns.next(first);
  CHECK(second >= first + 5s);
  CHECK(turns.hurried(first + 1s) >= first + 5s);
}

}  // namespace
}  // namespace vitald
