#include "sync/uplink/day_budget.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "sync/uplink/pace.hpp"
#include "tests/support/result.hpp"
#include "tests/support/scratch.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr BootTime kDayNow{Microseconds(5'000'000'000)};
constexpr std::array<bool, 3> kAll{true, true, true};

TEST_CASE("a class is closed when its bytes are spent, the others go on, and the next day opens it") {
  DayBudget budget({0, 1000, 500}, "", kDayNow);
  CHECK(budget.open(kDayNow) == kAll);
  budget.published({10'000, 999, 500});
  CHECK(budget.open(kDayNow) == std::array<bool, 3>{true, true, false});
  budget.published({0, 1, 0});
  CHECK(budget.open(kDayNow + 23h) == std::array<bool, 3>{true, false, false});
  CHECK(budget.open(kDayNow + 24h) == kAll);
  CHECK(budget.used() == BytesByClass{});
}

TEST_CASE("what the socket shows beyond the messages is charged in their proportion, once") {
  DayBudget budget({0, 1'000'000, 1'000'000}, "", kDayNow);
  budget.begin_link();
  budget.published({0, 3000, 1000});
  budget.measured(4400);
  CHECK(budget.used() == BytesByClass{0, 3300, 1100});
  budget.measured(4400);
  CHECK(budget.used() == BytesByClass{0, 3300, 1100});
  budget.begin_link();
  budget.measured(2000);  // a handshake and nothing else
  CHECK(budget.used() == BytesByClass{2000, 3300, 1100});
}

TEST_CASE("a restart at any moment does not make the day longer or overdraw it") {
  const Scratch scratch;
  const std::string file = scratch.file("day");
  constexpr std::uint64_t kLimit = 1'000'000;
  std::uint64_t sent = 0;
  BootTime now = kDayNow;
  for (int run = 0; run < 40; ++run) {  // each ends by a kill: nothing is written at its end
    DayBudget budget({0, kLimit, 0}, file, now);
    for (int message = 0; message < 7 && budget.open(now)[1]; ++message) {
      budget.published({0, 10'000, 0});
      sent += 10'000;
      if (const auto record = budget.to_keep(now)) CHECK(budget.keep(*record));
    }
    now += 1s;
  }
  CHECK(sent <= kLimit);
  CHECK(sent >= kLimit / 3);  // what kills waste
  DayBudget next({0, kLimit, 0}, file, now);
  CHECK_FALSE(next.open(now)[1]);
  CHECK(next.open(now + 24h)[1]);
}

TEST_CASE("a damaged file counts as nothing used") {
  const Scratch scratch;
  for (const char* text : {"", "vitald-budget 2 0 1 1 1", "vitald-budget 1 -5 9 9 9", "x", "vitald-budget 1 5 9"}) {
    std::ofstream(scratch.file("day")) << text;
    CHECK(DayBudget({1, 1, 1}, scratch.file("day"), kDayNow).open(kDayNow) == kAll);
  }
}

struct Limit {
  std::uint32_t messages;
  std::uint64_t bytes;
  std::size_t size;
};

TEST_CASE("a pace keeps to its messages and bytes in every second, and nearly uses them") {
  for (const Limit& limit : {Limit{30, 0, 4000}, {0, 100'000, 4000}, {50, 100'000, 4000}, {0, 524'288, 126'976}}) {
    Pace pace(limit.messages, limit.bytes);
    std::vector<BootTime> sent;
    for (BootTime now = kDayNow; now < kDayNow + 10s; now += 1ms) {
      if (pace.next(limit.size) > now) continue;
      pace.sent(limit.size, now);
      sent.push_back(now);
    }
    std::size_t most = 0;
    for (std::size_t first = 0, last = 0; last < sent.size(); ++last) {
      while (sent[last] - sent[first] >= 1100ms) ++first;  // a second, and a tenth by which delays may differ
      most = std::max(most, last - first + 1);
    }
    const std::size_t allowed = std::min<std::size_t>(limit.messages > 0 ? limit.messages : 1000,
                                                      limit.bytes > 0 ? limit.bytes / limit.size : 1000);
    CHECK(most == allowed);
    CHECK(sent.size() >= allowed * 10 * 8 / 10);
  }
}

TEST_CASE("a message larger than a second's worth goes alone") {
  Pace pace(0, 1000);
  CHECK(pace.next(5000) <= kDayNow);
  pace.sent(5000, kDayNow);
  CHECK(pace.next(1) > kDayNow + 1s);
  CHECK(pace.next(5000) == pace.next(1));
}

}  // namespace
}  // namespace vitald
