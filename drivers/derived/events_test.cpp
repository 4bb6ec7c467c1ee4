// Falls and bed exits, on movements made up from what such movements consist of.

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "drivers/derived/bed_exit/bed_exit.hpp"
#include "drivers/derived/fall/fall_alarm.hpp"
#include "drivers/derived/fall/fall_detector.hpp"
#include "drivers/simulated/random.hpp"

using namespace vitald;
using namespace std::chrono_literals;

namespace {

constexpr Vector3 kUp{0, 1, 0}, kFlat{0, 0, 1}, kSide{1, 0, 0};

// What an accelerometer at the waist feels, in g.
class Waist {
 public:
  explicit Waist(double rate_hz) : rate_hz_(rate_hz) {}

  Waist& rest(double seconds, const Vector3& gravity, double size = 1) {
    for (double i = 0; i < seconds * rate_hz_; ++i) add(gravity, size);
    return *this;
  }
  // From one posture to the other.
  Waist& turn(double seconds, const Vector3& from, const Vector3& to, double size = 1) {
    for (double i = 0; i < seconds * rate_hz_; ++i) {
      const double angle = i / (seconds * rate_hz_) * std::numbers::pi / 2;
      Vector3 gravity;
      for (std::size_t axis = 0; axis < 3; ++axis)
        gravity[axis] = std::cos(angle) * from[axis] + std::sin(angle) * to[axis];
      add(gravity, size);
    }
    return *this;
  }
  Waist& walk(double seconds) {
    for (double i = 0; i < seconds * rate_hz_; ++i)
      add(kUp, 1 + 0.4 * std::sin(2 * std::numbers::pi * 2 * i / rate_hz_));
    return *this;
  }
  // A blow: half a sine of 0.1 s.
  Waist& blow(const Vector3& direction, double peak) {
    const double samples = 0.1 * rate_hz_;
    for (double i = 0; i < samples; ++i)
      add(direction, 1 + (peak - 1) * std::sin(std::numbers::pi * (i + 0.5) / samples));
    return *this;
  }

  std::vector<Fall> falls(std::optional<Vector3> up = {}) const {
    FallDetector detector(rate_hz_, up);
    std::vector<Fall> found;
    for (const Vector3& sample : samples_)
      if (const auto fall = detector.add(sample)) found.push_back(*fall);
    return found;
  }
  double length_s() const { return static_cast<double>(samples_.size()) / rate_hz_; }

 private:
  void add(const Vector3& gravity, double size) {
    Vector3& sample = samples_.emplace_back();
    for (std::size_t axis = 0; axis < 3; ++axis) sample[axis] = gravity[axis] * size + 0.01 * random_.normal();
  }

  double rate_hz_;
  Random random_{7};
  std::vector<Vector3> samples_;
};

Waist fall_onto(double rate_hz, const Vector3& lying) {
  Waist waist(rate_hz);
  waist.walk(10).turn(0.5, kUp, lying, 0.4).blow(lying, 3.5).rest(10, lying);
  return waist;
}

BootTime at(std::int64_t seconds) { return boot_time(seconds * 1'000'000); }

}  // namespace

TEST_CASE("a fall to any side is detected once, at any rate, wherever the sensor's axes point") {
  for (const double rate : {25.0, 50.0, 100.0, 200.0, 400.0})
    for (const Vector3& lying : {kFlat, kSide, Vector3{0, 0, -1}, Vector3{-0.7, 0.1, 0.7}})
      for (const auto& up : {std::optional<Vector3>(), std::optional(kUp)}) {
        CAPTURE(rate);
        const auto falls = fall_onto(rate, lying).falls(up);
        REQUIRE(falls.size() == 1);
        CHECK(static_cast<double>(falls[0].sample) / rate == Approx(10.55).margin(0.1));
        CHECK(falls[0].impact_g == Approx(3.5).margin(0.3));
        CHECK(falls[0].tilt_deg > 60);
      }
}

TEST_CASE("what people do all day is no fall") {
  CHECK(Waist(200).walk(60).falls().empty());
  CHECK(Waist(200).walk(5).blow(kUp, 2.8).rest(10, kUp).falls().empty());                    // sits down hard
  CHECK(Waist(200).rest(5, kUp).rest(0.3, kUp, 0.1).blow(kUp, 5).walk(10).falls().empty());  // jumps
  CHECK(Waist(200).walk(5).turn(2, kUp, kFlat).rest(20, kFlat).falls().empty());             // lies down
  Waist runs(200);
  for (int step = 0; step < 60; ++step) runs.blow(kUp, 3).rest(0.25, kUp, 0.8);
  CHECK(runs.rest(10, kUp).falls().empty());
}

TEST_CASE("several blows of one fall are one fall") {
  Waist waist(100);
  waist.walk(5)
      .turn(0.5, kUp, kFlat, 0.5)
      .blow(kFlat, 3)
      .rest(0.4, kFlat)
      .blow(kFlat, 4)
      .rest(0.5, kFlat)
      .blow(kFlat, 2.2);
  const auto falls = waist.rest(10, kFlat).falls();
  REQUIRE(falls.size() == 1);
  CHECK(falls[0].impact_g == Approx(4).margin(0.3));
}

TEST_CASE("who was lying and gets a blow fell only when the sensor's upright axis is not known to be flat") {
  Waist waist(100);
  waist.rest(10, kFlat).blow(kFlat, 3).rest(10, kFlat);
  CHECK(waist.falls().empty());
  CHECK(waist.falls(kUp).size() == 1);  // out of bed: lying before and after, with an impact
}

TEST_CASE("no sample, and none that is a number, is no fall") {
  FallDetector detector(100, {});
  for (int i = 0; i < 1000; ++i) {
    CHECK_FALSE(detector.add({NAN, INFINITY, -1e300}));
    CHECK_FALSE(detector.add({0, 0, 0}));
  }
}

TEST_CASE("a fall becomes an alarm when its window is over, with the fall's time") {
  FallAlarm alarm(30s);
  alarm.fell(at(100));
  alarm.stands(false, at(103));
  CHECK_FALSE(alarm.pass(at(129)));
  const auto event = alarm.pass(at(130));
  REQUIRE(event);
  CHECK(event->alarm);
  CHECK(event->time == at(100));
  CHECK_FALSE(alarm.pass(at(200)));
}

TEST_CASE("a fall is cancelled by the button or by standing again, not by a moment upright") {
  FallAlarm by_button(30s);
  by_button.fell(at(0));
  CHECK_FALSE(by_button.button(at(10)));
  CHECK_FALSE(by_button.pass(at(60)));

  FallAlarm by_standing(30s);
  by_standing.fell(at(0));
  for (int second = 10; second < 17; ++second) by_standing.stands(true, at(second));
  CHECK_FALSE(by_standing.pass(at(60)));

  FallAlarm tries(30s);
  tries.fell(at(0));
  for (int second = 10; second < 14; ++second) tries.stands(true, at(second));
  tries.stands(false, at(14));
  CHECK(tries.pass(at(30)));
}

TEST_CASE("a fall alarm lasts until the button acknowledges it") {
  FallAlarm alarm(0s);
  alarm.fell(at(5));
  REQUIRE(alarm.pass(at(5)));
  for (int second = 6; second < 60; ++second) alarm.stands(true, at(second));
  const auto event = alarm.button(at(90));
  REQUIRE(event);
  CHECK_FALSE(event->alarm);
  CHECK(event->time == at(90));
  CHECK_FALSE(alarm.button(at(91)));
}

TEST_CASE("a bed that stays empty is an exit once, and its end when it is occupied again") {
  BedExit bed({5s, 60s});
  CHECK_FALSE(bed.say(true, at(0)));
  CHECK_FALSE(bed.say(false, at(100)));
  CHECK_FALSE(bed.pass(at(159)));
  const auto exit = bed.pass(at(160));
  REQUIRE(exit);
  CHECK(exit->exit);
  CHECK(exit->time == at(160));
  CHECK_FALSE(bed.pass(at(500)));
  CHECK_FALSE(bed.say(true, at(600)));
  const auto back = bed.pass(at(605));
  REQUIRE(back);
  CHECK_FALSE(back->exit);
  CHECK(back->time == at(600));
}

TEST_CASE("who turns over, or comes back in time, has not left the bed") {
  BedExit bed({5s, 60s});
  (void)bed.say(true, at(0));
  for (int second = 10; second < 100; second += 10) {
    CHECK_FALSE(bed.say(false, at(second)));  // the mat loses contact for 3 s
    CHECK_FALSE(bed.say(true, at(second + 3)));
  }
  CHECK_FALSE(bed.say(false, at(200)));
  CHECK_FALSE(bed.say(true, at(250)));
  CHECK_FALSE(bed.pass(at(1000)));
}

TEST_CASE("a bed nobody was in is left by nobody") {
  BedExit bed({5s, 60s});
  CHECK_FALSE(bed.say(false, at(0)));
  CHECK_FALSE(bed.pass(at(10'000)));
}

TEST_CASE("with no times to wait an exit is told at once") {
  BedExit bed({0s, 0s});
  CHECK_FALSE(bed.say(true, at(0)));
  const auto exit = bed.say(false, at(7));
  REQUIRE(exit);
  CHECK((exit->exit && exit->time == at(7)));
  const auto back = bed.say(true, at(9));
  REQUIRE(back);
  CHECK_FALSE(back->exit);
}
