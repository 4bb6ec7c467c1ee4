#include "platform/model/timeline.hpp"

#include <catch2/catch.hpp>

using namespace vitald;
using namespace std::chrono_literals;

namespace {

constexpr UtcTime kNoon = utc_time(1'700'000'000'000'000);

constexpr BootTime at(Microseconds since_boot) { return BootTime(since_boot); }

Anchor anchor(Microseconds since_boot, UtcTime utc, Microseconds uncertainty = 10ms) {
  return {at(since_boot), utc, uncertainty, ClockSource::kernel};
}

Timeline timeline(std::initializer_list<Anchor> anchors) {
  Timeline timeline;
  for (const Anchor& a : anchors) timeline.add(a);
  return timeline;
}

}  // namespace

TEST_CASE("a boot without an anchor has no UTC") {
  const Timeline none;
  CHECK_FALSE(none.utc(at(5s)));
  CHECK_FALSE(none.best());
  CHECK(none.anchors().empty());
}

TEST_CASE("one anchor is extended both ways at the nominal rate") {
  const Timeline one = timeline({anchor(100s, kNoon)});
  CHECK(one.utc(at(100s))->time == kNoon);
  CHECK(one.utc(at(0s))->time == kNoon - 100s);
  CHECK(one.utc(at(250s))->time == kNoon + 150s);
}

TEST_CASE("uncertainty grows by 100 ppm with the distance to the anchor") {
  const Timeline one = timeline({anchor(1000s, kNoon, 10ms)});
  CHECK(one.utc(at(1000s))->uncertainty == 10ms);
  CHECK(one.utc(at(2000s))->uncertainty == 110ms);
  CHECK(one.utc(at(0s))->uncertainty == 110ms);
}

TEST_CASE("between two anchors time is interpolated") {
  const Timeline two = timeline({anchor(100s, kNoon), anchor(300s, kNoon + 202s)});  // the boot clock runs 1 % slow
  CHECK(two.utc(at(100s))->time == kNoon);
  CHECK(two.utc(at(200s))->time == kNoon + 101s);
  CHECK(two.utc(at(300s))->time == kNoon + 202s);
}

TEST_CASE("between two anchors the surer of them bounds the error") {
  const Timeline two = timeline({anchor(0s, kNoon, 500ms), anchor(1000s, kNoon + 1000s, 1ms)});
  CHECK(two.utc(at(100s))->uncertainty == 91ms);  // 1 ms and 100 ppm of 900 s
  CHECK(two.utc(at(900s))->uncertainty == 11ms);
}

TEST_CASE("outside all anchors the nearest one counts") {
  const Timeline two = timeline({anchor(100s, kNoon), anchor(300s, kNoon + 250s)});
  CHECK(two.utc(at(50s))->time == kNoon - 50s);
  CHECK(two.utc(at(310s))->time == kNoon + 260s);
}

TEST_CASE("an anchor's own instant is exact, however far the one before it is") {
  const Microseconds boot(452'014'666'164);  // truncated instead of rounded, these two are a microsecond apart
  const Microseconds utc(452'014'667'054);
  CHECK(timeline({anchor(0s, kNoon), anchor(boot, kNoon + utc)}).utc(at(boot))->time == kNoon + utc);
}

TEST_CASE("anchors may come in any order") {
  const Timeline mixed = timeline({anchor(300s, kNoon + 300s), anchor(100s, kNoon + 100s), anchor(200s, kNoon + 200s)});
  REQUIRE(mixed.anchors().size() == 3);
  CHECK(mixed.anchors()[0].boot_time == at(100s));
  CHECK(mixed.anchors()[2].boot_time == at(300s));
}

TEST_CASE("a second anchor at the same instant replaces the first") {
  const Timeline twice = timeline({anchor(100s, kNoon), anchor(100s, kNoon + 7s)});
  REQUIRE(twice.anchors().size() == 1);
  CHECK(twice.utc(at(100s))->time == kNoon + 7s);
}

TEST_CASE("a long boot keeps a bounded number of anchors that still span it") {
  Timeline boot;
  for (int minute = 0; minute < 1000; ++minute) {
    boot.add(anchor(minute * 1min, kNoon + minute * 1min));
    REQUIRE(boot.anchors().size() <= Timeline::kMaxAnchors);
    REQUIRE(boot.anchors().front().boot_time == at(0min));
    REQUIRE(boot.anchors().back().boot_time == at(minute * 1min));
  }
  CHECK(boot.anchors().size() > Timeline::kMaxAnchors / 2);
}

TEST_CASE("thinning drops every second anchor") {
  Timeline boot;
  for (int minute = 0; minute <= static_cast<int>(Timeline::kMaxAnchors); ++minute)
    boot.add(anchor(minute * 1min, kNoon + minute * 1min));
  REQUIRE(boot.anchors().size() == Timeline::kMaxAnchors / 2 + 1);
  for (std::size_t i = 0; i < boot.anchors().size(); ++i)
    CHECK(boot.anchors()[i].boot_time == at(static_cast<int>(2 * i) * 1min));
}

TEST_CASE("where the clock was set between two anchors nothing is interpolated: the one that corrected it holds") {
  constexpr auto kThirtyYears = std::chrono::hours(24 * 365 * 30);
  const Timeline set = timeline({anchor(100s, kNoon - kThirtyYears), anchor(300s, kNoon)});
  CHECK(set.utc(at(200s))->time == kNoon - 100s);
  CHECK(set.utc(at(400s))->time == kNoon + 100s);
  const Timeline back = timeline({anchor(100s, kNoon, 1ms), anchor(300s, kNoon - kThirtyYears, 1s)});
  CHECK(back.utc(at(200s))->time == kNoon + 100s);
}

TEST_CASE("the best anchor is the surest, the newer of equals") {
  const Timeline four = timeline(
      {anchor(1s, kNoon, 5ms), anchor(2s, kNoon + 1s, 2ms), anchor(3s, kNoon + 2s, 2ms), anchor(4s, kNoon + 3s, 9ms)});
  CHECK(*four.best() == anchor(3s, kNoon + 2s, 2ms));
}

TEST_CASE("clock sources have the wire contract's numbers and names") {
  const std::pair<ClockSource, std::string_view> expected[] = {{ClockSource::none, "none"},
                                                               {ClockSource::kernel, "kernel"},
                                                               {ClockSource::rtc, "rtc"},
                                                               {ClockSource::operator_, "operator"}};
  int number = 0;
  for (const auto& [source, text] : expected) {
    CHECK(static_cast<int>(source) == number++);
    CHECK(name(source) == text);
  }
}
