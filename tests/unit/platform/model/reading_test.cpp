#include "platform/model/reading.hpp"

#include <bit>
#include <catch2/catch.hpp>

using namespace vitald;

TEST_CASE("every quality flag is one bit of its own") {
  Quality seen = quality::kGood;
  for (const Quality flag :
       {quality::kQuestionable, quality::kInvalid, quality::kOutOfRange, quality::kSensorOff, quality::kMotion,
        quality::kWeakSignal, quality::kCalibrating, quality::kClockNotSet, quality::kTest, quality::kDerived}) {
    CHECK(std::popcount(flag) == 1);
    CHECK((seen & flag) == 0);
    seen = static_cast<Quality>(seen | flag);
  }
  CHECK(seen == quality::kAll);
}

TEST_CASE("a reading is good and single unless its driver says otherwise") {
  const Reading reading;
  CHECK(reading.quality == quality::kGood);
  CHECK(reading.rate == 0);
  CHECK_FALSE(reading.device_time);
  CHECK_FALSE(reading.record_number);
}
