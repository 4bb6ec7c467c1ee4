#include "sync/uplink/outstanding.hpp"

#include <catch2/catch.hpp>

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr BootTime kNow = boot_time(1'000'000);

RangeSet numbers(std::initializer_list<Range> ranges) {
  RangeSet set;
  for (const Range range : ranges) set.add(range);
  return set;
}

void send(Outstanding& outstanding, std::uint64_t epoch, std::uint64_t number, BootTime now) {
  outstanding.published({epoch, number}, 10);
  outstanding.acknowledged({epoch, number}, now);
}

TEST_CASE("a batch that nobody receipts is due after 30 s, then after twice as long each time, at most 10 min") {
  Outstanding outstanding{Patience{}};
  BootTime now = kNow;
  for (const auto patience : {30s, 60s, 120s, 240s, 480s, 600s, 600s}) {
    send(outstanding, 1, 1, now);
    CHECK(outstanding.next_due() == now + patience);
    CHECK(outstanding.due(now + patience - 1us).empty());
    now += patience;
    CHECK(outstanding.due(now) == std::vector{EpochRange{1, {1, 1}}});
  }
}

TEST_CASE("what is due is named once") {
  Outstanding outstanding{Patience{}};
  send(outstanding, 1, 1, kNow);
  CHECK(outstanding.due(kNow + 30s).size() == 1);
  CHECK(outstanding.due(kNow + 31s).empty());
}

TEST_CASE("a batch in flight is not due: the dead-link watchdog minds it") {
  Outstanding outstanding{Patience{}};
  outstanding.published({1, 1}, 10);
  CHECK(outstanding.due(kNow + 24h).empty());
  CHECK_FALSE(outstanding.may_repeat({1, 1}, true, kNow + 24h));
}

TEST_CASE("due batches are told as ranges of one epoch") {
  Outstanding outstanding{Patience{}};
  for (const std::uint64_t number : {1, 2, 3, 5}) send(outstanding, 1, number, kNow);
  send(outstanding, 2, 6, kNow);
  CHECK(outstanding.due(kNow + 1min) ==
        std::vector{EpochRange{1, {1, 3}}, EpochRange{1, {5, 5}}, EpochRange{2, {6, 6}}});
}

TEST_CASE("a receipt settles what it names in its epoch, and tells how much that was") {
  Outstanding outstanding{Patience{}};
  for (const std::uint64_t number : {1, 2, 3, 4}) send(outstanding, 1, number, kNow);
  send(outstanding, 2, 1, kNow);
  CHECK(outstanding.settled(1, numbers({{1, 2}, {4, 9}})) == std::pair<std::uint64_t, std::uint64_t>(3, 30));
  CHECK(outstanding.size() == 2);
  CHECK(outstanding.settled(1, numbers({{1, 2}, {4, 9}})) == std::pair<std::uint64_t, std::uint64_t>(0, 0));
}

TEST_CASE("what has left the outbox is not waited for") {
  Outstanding outstanding{Patience{}};
  for (const std::uint64_t number : {1, 2, 3, 4}) send(outstanding, 1, number, kNow);
  outstanding.gone({1, {2, 3}});
  CHECK(outstanding.size() == 2);
  CHECK(outstanding.due(kNow + 1min) == std::vector{EpochRange{1, {1, 1}}, EpochRange{1, {4, 4}}});
}

TEST_CASE("a wish is granted at once for what is not outstanding, and not for what has only just arrived") {
  Outstanding outstanding{Patience{}};
  CHECK(outstanding.may_repeat({1, 7}, true, kNow));
  CHECK_FALSE(outstanding.may_repeat({1, 7}, false, kNow));
  send(outstanding, 1, 7, kNow);
  CHECK_FALSE(outstanding.may_repeat({1, 7}, true, kNow + 1s));
  CHECK(outstanding.may_repeat({1, 7}, true, kNow + 2s));
  CHECK(outstanding.may_repeat({1, 7}, false, kNow));
}

}  // namespace
}  // namespace vitald
