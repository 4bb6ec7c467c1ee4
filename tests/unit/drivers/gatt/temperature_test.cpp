#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

std::vector<std::uint8_t> encoded(unsigned flags, const Decimal& value, unsigned type, const DateTime& time = kMarch) {
  Encoder out;
  out.u8(flags).medical_float(value);
  if ((flags & 2) != 0) out.date_time(time);
  if ((flags & 4) != 0) out.u8(type);
  return out;
}

TEST_CASE("every combination of a thermometer's flags is read") {
  for (unsigned flags = 0; flags < 8; ++flags) {
    INFO(flags);
    const bool fahrenheit = (flags & 1) != 0;
    const Packet packet = decoded(0x2A1C, encoded(flags, fahrenheit ? Decimal(986, -1) : Decimal(3660, -2), 6));
    const std::string metric = (flags & 4) != 0 ? "body_temperature_oral" : "body_temperature";
    CHECK(readings(packet) == Texts{metric + (fahrenheit ? " 37.000 Cel" : " 36.60 Cel")});
    CHECK(field(packet, fahrenheit ? "temperature_measurement_value_fahrenheit"
                                   : "temperature_measurement_value_celsius") == (fahrenheit ? "98.6" : "36.60"));
    CHECK(packet.device_time.has_value() == ((flags & 2) != 0));
    CHECK(field(packet, "temperature_type") == ((flags & 4) != 0 ? "6" : "-"));
  }
}

TEST_CASE("where the temperature was taken chooses the metric") {
  const std::string metrics[] = {"body_temperature",          "body_temperature_axillary", "body_temperature",
                                 "body_temperature_ear",      "skin_temperature",          "body_temperature",
                                 "body_temperature_oral",     "body_temperature_rectal",   "skin_temperature",
                                 "body_temperature_tympanic", "body_temperature"};
  for (unsigned type = 0; type < std::size(metrics); ++type)
    CHECK(readings(decoded(0x2A1C, encoded(4, Decimal(365, -1), type))) == Texts{metrics[type] + " 36.5 Cel"});
}

TEST_CASE("a temperature that is none is a state, in either unit") {
  CHECK(readings(decoded(0x2A1C, encoded(0, Special::not_a_number, 0))) == Texts{"body_temperature not_a_number Cel"});
  CHECK(readings(decoded(0x2A1C, encoded(1, Special::positive_infinity, 0))) ==
        Texts{"body_temperature positive_infinity Cel"});
}

TEST_CASE("an intermediate temperature is questionable") {
  CHECK(readings(decoded(0x2A1E, encoded(0, Decimal(350, -1), 0))) == Texts{"body_temperature 35.0 Cel q1"});
}

TEST_CASE("a reading outlives an impossible date, which shows as sent") {
  const Packet packet = decoded(0x2A1C, encoded(2, Decimal(365, -1), 0, {2024, 2, 30, 25, 0, 0}));
  CHECK_FALSE(packet.device_time);
  CHECK(readings(packet) == Texts{"body_temperature 36.5 Cel q128"});
  CHECK(field(packet, "time_stamp") == "2024-02-30T25:00:00");
}

}  // namespace
}  // namespace vitald
