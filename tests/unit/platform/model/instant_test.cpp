#include "platform/model/instant.hpp"

#include <catch2/catch.hpp>

using namespace vitald;

TEST_CASE("instants go to microseconds and back unchanged") {
  for (const std::int64_t count : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'700'000'000'123'456}}) {
    CHECK(us(boot_time(count)) == count);
    CHECK(us(utc_time(count)) == count);
  }
}

TEST_CASE("a device's times are ordered") {
  CHECK(DeviceTime{1} < DeviceTime{2});
  CHECK(DeviceTime{2} == DeviceTime{2});
}
