#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

std::vector<std::uint8_t> encoded(unsigned flags, unsigned fat = 235) {
  Encoder out;
  out.u16(flags).u16(fat);
  const auto has = [&](unsigned bit) { return (flags >> bit & 1) != 0; };
  if (has(1)) out.date_time(kMarch);
  if (has(2)) out.u8(3);
  if (has(3)) out.u16(7000);
  if (has(4)) out.u16(401);
  if (has(5)) out.u16(6000);
  if (has(6)) out.u16(11000);
  if (has(7)) out.u16(10400);
  if (has(8)) out.u16(8000);
  if (has(9)) out.u16(5123);
  if (has(10)) out.u16(14001);
  if (has(11)) out.u16(1750);
  return out;
}

TEST_CASE("every combination of a body composition's flags is read") {
  const std::string si[] = {"basal_metabolism 7000 kJ", "muscle_percentage 40.1 %", "muscle_mass 30.000 kg",
                            "fat_free_mass 55.000 kg",  "soft_lean_mass 52.000 kg", "body_water 40.000 kg",
                            "body_impedance 512.3 Ohm", "body_weight 70.005 kg",    "body_height 175.0 cm"};
  const std::string imperial[] = {
      "basal_metabolism 7000 kJ",       "muscle_percentage 40.1 %",        "muscle_mass 27.2155422000 kg",
      "fat_free_mass 49.8951607000 kg", "soft_lean_mass 47.1736064800 kg", "body_water 36.2873896000 kg",
      "body_impedance 512.3 Ohm",       "body_weight 63.5074677237 kg",    "body_height 444.500 cm"};
  for (unsigned flags = 0; flags < 0x2000; ++flags) {
    const Packet packet = decoded(0x2A9C, encoded(flags));
    Texts expected{"body_fat 23.5 %"};
    for (unsigned i = 0; i < std::size(si); ++i)
      if ((flags >> (i + 3) & 1) != 0) expected.push_back((flags & 1) != 0 ? imperial[i] : si[i]);
    INFO(flags);
    REQUIRE(readings(packet) == expected);
    REQUIRE(packet.device_time.has_value() == ((flags & 2) != 0));
    REQUIRE(packet.user.has_value() == ((flags & 4) != 0));
  }
}

TEST_CASE("every field of a body composition has its name and unit") {
  const Packet si = decoded(0x2A9C, encoded(0x1FFE));
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"flags", "8190"},
                                                                                    {"body_fat_percentage", "23.5"},
                                                                                    {"user_id", "3"},
                                                                                    {"basal_metabolism_kj", "7000"},
                                                                                    {"muscle_percentage", "40.1"},
                                                                                    {"muscle_mass_kg", "30.000"},
                                                                                    {"fat_free_mass_kg", "55.000"},
                                                                                    {"soft_lean_mass_kg", "52.000"},
                                                                                    {"body_water_mass_kg", "40.000"},
                                                                                    {"impedance_ohm", "512.3"},
                                                                                    {"weight_kg", "70.005"},
                                                                                    {"height_m", "1.750"}})
    CHECK(field(si, name) == value);
  const Packet imperial = decoded(0x2A9C, encoded(0x1FFF));
  CHECK(field(imperial, "muscle_mass_lb") == "60.00");
  CHECK(field(imperial, "height_in") == "175.0");
}

TEST_CASE("a failed measurement is a state and invalid") {
  CHECK(readings(decoded(0x2A9C, encoded(0, 0xFFFF))) == Texts{"body_fat not_a_number % q2"});
}

TEST_CASE("a body composition scale's features have names") {
  const Packet packet = decoded(0x2A9B, Encoder().u32(1u | 3u << 11 | 2u << 15));
  CHECK(field(packet, "time_stamp_supported") == "true");
  CHECK(field(packet, "height_supported") == "false");
  CHECK(field(packet, "mass_measurement_resolution") == "3");
  CHECK(field(packet, "mass_measurement_resolution_name") == "0.1_kg_or_0.2_lb");
  CHECK(field(packet, "height_measurement_resolution_name") == "0.005_m_or_0.5_in");
}

}  // namespace
}  // namespace vitald
