#include "sync/uplink/rate.hpp"

#include <catch2/catch.hpp>

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr BootTime kNow = boot_time(5'000'000'000);

TEST_CASE("the rate is the mean since the first count, then of the last minute") {
  MinuteRate rate;
  CHECK(rate.per_second(kNow) == 0);
  rate.add(100, kNow);
  CHECK(rate.per_second(kNow) == 100);
  CHECK(rate.per_second(kNow + 9s) == 10);
  for (int second = 0; second < 300; ++second) rate.add(7, kNow + std::chrono::seconds(second + 10));
  CHECK(rate.per_second(kNow + 309s) == 7);
}

TEST_CASE("what is older than a minute does not count, however long nobody asked") {
  MinuteRate rate;
  rate.add(6000, kNow);
  CHECK(rate.per_second(kNow + 59s) == 100);
  CHECK(rate.per_second(kNow + 60s) == 0);
  rate.add(6000, kNow + 70s);
  CHECK(rate.per_second(kNow + 100'000s) == 0);
}

}  // namespace
}  // namespace vitald
