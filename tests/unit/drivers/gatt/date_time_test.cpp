#include "drivers/gatt/date_time.hpp"

#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

TEST_CASE("a date is microseconds since 1970 in the sensor's own time") {
  CHECK(device_time(kMarch) == kMarchTime);
  CHECK(device_time({1970, 1, 1, 0, 0, 0}) == DeviceTime{0});
  CHECK(device_time({2024, 2, 29, 23, 59, 59}).has_value());
  CHECK(device_time({1582, 1, 1, 0, 0, 0})->us < 0);
}

TEST_CASE("a date that cannot be is none") {
  for (const DateTime& wrong :
       {DateTime{0, 3, 5, 7, 8, 9}, DateTime{2024, 0, 5, 7, 8, 9}, DateTime{2024, 3, 0, 7, 8, 9},
        DateTime{2023, 2, 29, 7, 8, 9}, DateTime{2024, 13, 1, 7, 8, 9}, DateTime{2024, 4, 31, 7, 8, 9},
        DateTime{2024, 3, 5, 24, 0, 0}, DateTime{2024, 3, 5, 7, 60, 0}, DateTime{2024, 3, 5, 7, 8, 60},
        DateTime{1581, 3, 5, 7, 8, 9}, DateTime{10000, 3, 5, 7, 8, 9}, DateTime{65535, 255, 255, 255, 255, 255}})
    CHECK_FALSE(device_time(wrong));
}

TEST_CASE("a time is written as it was sent") {
  CHECK(text(DateTime{2024, 2, 30, 25, 61, 0}) == "2024-02-30T25:61:00");
  CHECK(text(kMarchTime) == "2024-03-05T07:08:09");
  CHECK(text(DeviceTime{kMarchTime.us + 500'000}) == "2024-03-05T07:08:09.500000");
  CHECK(text(DeviceTime{-1}) == "1969-12-31T23:59:59.999999");
}

TEST_CASE("Date Time gives its parts and the device time") {
  const Packet packet = decoded(0x2A08, Encoder().date_time(kMarch));
  CHECK(packet.device_time == kMarchTime);
  CHECK(fields(packet) ==
        Texts{"date_time=2024-03-05T07:08:09", "year=2024", "month=3", "day=5", "hours=7", "minutes=8", "seconds=9"});
  CHECK_FALSE(decoded(0x2A08, Encoder().date_time({0, 0, 0, 7, 8, 9})).device_time);
}

TEST_CASE("Current Time has the weekday, 1/256 seconds and the reason of its adjustment") {
  const Packet packet = decoded(0x2A2B, Encoder().date_time(kMarch).u8(2).u8(128).u8(0b0101));
  CHECK(packet.device_time == DeviceTime{kMarchTime.us + 500'000});
  CHECK(field(packet, "day_of_week") == "2");
  CHECK(field(packet, "day_of_week_name") == "tuesday");
  CHECK(field(packet, "fractions256") == "128");
  CHECK(field(packet, "adjust_reason") == "5");
  CHECK(field(packet, "adjust_reason_set") == "[manual_time_update,change_of_time_zone]");
  CHECK(decoded(0x2A2B, Encoder().date_time(kMarch).u8(0).u8(255).u8(0)).device_time ==
        DeviceTime{kMarchTime.us + 996'093});
  CHECK_FALSE(decoded(0x2A2B, Encoder().date_time({}).u8(0).u8(255).u8(0)).device_time);
}

}  // namespace
}  // namespace vitald
