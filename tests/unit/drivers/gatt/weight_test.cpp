#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

std::vector<std::uint8_t> encoded(unsigned flags, unsigned weight, unsigned user = 2) {
  Encoder out;
  out.u8(flags).u16(weight);
  if ((flags & 2) != 0) out.date_time(kMarch);
  if ((flags & 4) != 0) out.u8(user);
  if ((flags & 8) != 0) out.u16(229).u16((flags & 1) != 0 ? 689 : 1750);
  return out;
}

TEST_CASE("every combination of a scale's flags is read") {
  for (unsigned flags = 0; flags < 16; ++flags) {
    INFO(flags);
    const bool lb = (flags & 1) != 0;
    const Packet packet = decoded(0x2A9D, encoded(flags, lb ? 15432 : 14001));
    Texts expected{lb ? "body_weight 69.9983745384 kg" : "body_weight 70.005 kg"};
    if ((flags & 8) != 0) expected.push_back("body_mass_index 22.9 kg/m2");
    if ((flags & 8) != 0) expected.push_back(lb ? "body_height 175.006 cm" : "body_height 175.0 cm");
    CHECK(readings(packet) == expected);
    CHECK(field(packet, lb ? "weight_lb" : "weight_kg") == (lb ? "154.32" : "70.005"));
    CHECK(field(packet, "bmi") == ((flags & 8) != 0 ? "22.9" : "-"));
    CHECK(field(packet, lb ? "height_in" : "height_m") == ((flags & 8) == 0 ? "-" : lb ? "68.9" : "1.750"));
    CHECK(packet.device_time.has_value() == ((flags & 2) != 0));
    CHECK(packet.user.has_value() == ((flags & 4) != 0));
  }
}

TEST_CASE("a failed weighing is a state and invalid, in either unit") {
  for (const unsigned flags : {0u, 1u})
    CHECK(readings(decoded(0x2A9D, encoded(flags, 0xFFFF))) == Texts{"body_weight not_a_number kg q2"});
}

TEST_CASE("a scale that does not know its user names none") {
  CHECK_FALSE(decoded(0x2A9D, encoded(4, 14000, 255)).user);
}

TEST_CASE("a scale's features have names") {
  const Packet packet = decoded(0x2A9E, Encoder().u32(5u | 7u << 3 | 1u << 7));
  CHECK(fields(packet) ==
        Texts{"weight_scale_feature=189", "time_stamp_supported=true", "multiple_users_supported=false",
              "bmi_supported=true", "weight_measurement_resolution=7",
              "weight_measurement_resolution_name=0.005_kg_or_0.01_lb", "height_measurement_resolution=1",
              "height_measurement_resolution_name=0.01_m_or_1_in"});
}

}  // namespace
}  // namespace vitald
