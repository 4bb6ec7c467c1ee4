#include "sync/uplink/window.hpp"

#include <catch2/catch.hpp>

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr BootTime kNow = boot_time(1'000'000);

// Sends on a lane as long as there is room; how many went.
int fill(Window& window, Lane lane, std::size_t bytes) {
  int sent = 0;
  for (; window.room(lane, bytes); ++sent) window.sent(lane, bytes, kNow);
  return sent;
}

TEST_CASE("live data leaves one slot for backfill and one for an alarm") {
  Window window({16, 1 << 20});
  CHECK(fill(window, Lane::live, 100) == 14);
  CHECK(fill(window, Lane::backfill, 100) == 1);
  CHECK(fill(window, Lane::alarm, 100) == 1);
  CHECK(window.messages() == 16);
}

TEST_CASE("backfill takes what nobody else wants, except the alarm's slot") {
  Window window({16, 1 << 20});
  CHECK(fill(window, Lane::backfill, 100) == 15);
  CHECK(fill(window, Lane::live, 100) == 0);
  CHECK(fill(window, Lane::alarm, 100) == 1);
}

TEST_CASE("live data uses the backfill's slot while backfill is in flight") {
  Window window({4, 1 << 20});
  window.sent(Lane::backfill, 100, kNow);
  CHECK(fill(window, Lane::live, 100) == 2);
}

TEST_CASE("bytes in flight are limited, but not for an alarm, and a larger message goes alone") {
  Window window({16, 1000});
  CHECK(window.room(Lane::live, 5000));
  window.sent(Lane::live, 5000, kNow);
  CHECK_FALSE(window.room(Lane::backfill, 1));
  CHECK(window.room(Lane::alarm, 1));
  window.acknowledged(Lane::live, 5000, kNow);
  CHECK(window.bytes() == 0);
  CHECK(fill(window, Lane::live, 300) == 3);
}

TEST_CASE("a window of one message carries every lane, one at a time") {
  for (const Lane lane : {Lane::alarm, Lane::live, Lane::backfill}) {
    Window window({1, 1000});
    CHECK(fill(window, lane, 100) == 1);
    CHECK_FALSE(window.slot(Lane::alarm));
    window.acknowledged(lane, 100, kNow);
    CHECK(window.messages() == 0);
  }
}

TEST_CASE("progress is the last PUBACK, or the first message of an empty window") {
  Window window({16, 1000});
  window.sent(Lane::live, 1, kNow);
  window.sent(Lane::live, 1, kNow + 1s);
  CHECK(window.progress() == kNow);
  window.acknowledged(Lane::live, 1, kNow + 2s);
  CHECK(window.progress() == kNow + 2s);
  window.acknowledged(Lane::live, 1, kNow + 3s);
  window.sent(Lane::live, 1, kNow + 90s);
  CHECK(window.progress() == kNow + 90s);
}

}  // namespace
}  // namespace vitald
