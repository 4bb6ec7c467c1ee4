#include "sync/uplink/backoff.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

namespace vitald {
namespace {

using namespace std::chrono_literals;

std::uint64_t seed() {
  static const std::uint64_t value = [] {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
  }();
  return value;
}

// The longest of many waits before the attempt that follows so many failed ones.
Microseconds longest_wait(BackoffLimits limits, int failed) {
  Microseconds longest{};
  for (std::uint64_t run = 0; run < 2000; ++run) {
    Backoff backoff(limits, seed() + run);
    for (int i = 0; i < failed; ++i) backoff.next();
    longest = std::max(longest, backoff.next());
  }
  return longest;
}

void check_spread(BackoffLimits limits, int failed, Microseconds ceiling) {
  INFO("seed " << seed() << ", after " << failed << " attempts");
  const Microseconds longest = longest_wait(limits, failed);
  CHECK(longest <= ceiling);
  CHECK(longest > ceiling * 99 / 100);  // 2,000 uniform ones: below it with a probability of 2e-9
}

TEST_CASE("the first attempt of a process waits up to the start's spread, the next ones up to twice as long each") {
  const BackoffLimits limits;
  check_spread(limits, 0, 2s);
  check_spread(limits, 1, 29500ms);
  check_spread(limits, 2, 59s);
  check_spread(limits, 3, 118s);
  check_spread(limits, 4, 120s);
  check_spread(limits, 40, 120s);
}

TEST_CASE("waits are spread evenly: full jitter, no bunching at either end") {
  INFO("seed " << seed());
  std::map<int, int> tenths;
  for (std::uint64_t run = 0; run < 20'000; ++run) {
    Backoff backoff(BackoffLimits{}, seed() + run);
    backoff.next();
    ++tenths[static_cast<int>(backoff.next() * 10 / BackoffLimits{}.spread)];
  }
  for (int i = 0; i < 10; ++i) CHECK(std::abs(tenths[i] - 2000) < 300);  // 7 sigma
}

TEST_CASE("a fleet that lost its broker comes back spread over 30 s") {
  INFO("seed " << seed());
  std::map<std::int64_t, int> connects;  // by second
  for (std::uint64_t device = 0; device < 10'000; ++device) {
    Backoff backoff(BackoffLimits{}, seed() + device);
    backoff.next();
    backoff.connected(BootTime{});
    backoff.lost(BootTime{} + 1h);
    ++connects[backoff.next() / 1s];
  }
  for (const auto& [second, count] : connects) {
    CHECK(second <= 30);
    CHECK(count <= 460);  // mean 333, 7 sigma
  }
}

TEST_CASE("a stable link ends the doubling, one that falls at once does not") {
  BackoffLimits limits;
  const auto longest_after = [&](Microseconds up) {
    Microseconds longest{};
    for (std::uint64_t run = 0; run < 2000; ++run) {
      Backoff backoff(limits, seed() + run);
      for (int i = 0; i < 3; ++i) backoff.next();
      backoff.connected(BootTime{});
      backoff.lost(BootTime{} + up);
      longest = std::max(longest, backoff.next());
    }
    return longest;
  };
  INFO("seed " << seed());
  CHECK(longest_after(60s) <= 30s);
  CHECK(longest_after(59s) > 100s);
}

TEST_CASE("without any spread the second attempt still waits") {
  const BackoffLimits limits{.start = 0s, .spread = 0s, .ceiling = 4s, .stable = 60s};
  CHECK(longest_wait(limits, 0) == 0s);
  CHECK(longest_wait(limits, 1) == 0s);
  check_spread(limits, 2, 2s);
  check_spread(limits, 3, 4s);
  check_spread(limits, 4, 4s);
}

}  // namespace
}  // namespace vitald
