#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

TEST_CASE("a packet of a Mi scale v1 is read under both UUIDs") {
  const std::vector<std::uint8_t> sent = from_hex("A2 60 36 E3 07 07 11 0F 1F 11");
  for (const std::uint16_t uuid : std::initializer_list<std::uint16_t>{0x181D, 0x2A9D}) {
    const Packet packet = decoded(uuid, sent, "mi-scale-v1");
    CHECK(readings(packet) == Texts{"body_weight 69.600 kg"});
    CHECK(packet.device_time == device_time({2019, 7, 17, 15, 31, 17}));
    CHECK(field(packet, "control_set") == "[stabilized,weight_removed]");
    CHECK(field(packet, "weight_kg") == "69.600");
  }
}

TEST_CASE("a Mi scale's pounds and jin become kilograms exactly") {
  CHECK(readings(decoded(0x181D, from_hex("23 48 3C E3 07 07 11 0F 1F 11"), "mi-scale-v1")) ==
        Texts{"body_weight 69.9983745384 kg"});
  CHECK(readings(decoded(0x181D, from_hex("32 60 36 E3 07 07 11 0F 1F 11"), "mi-scale-v1")) ==
        Texts{"body_weight 69.600 kg"});
  CHECK(readings(decoded(0x181B, from_hex("03 26 E7 07 01 02 03 04 05 F4 01 48 3C"), "mi-scale-v2"))[0] ==
        "body_weight 69.9983745384 kg");
  CHECK(readings(decoded(0x181B, from_hex("02 66 E7 07 01 02 03 04 05 F4 01 60 36"), "mi-scale-v2"))[0] ==
        "body_weight 69.600 kg");
}

TEST_CASE("a packet of a Mi scale v2 has an impedance when it says so") {
  const Packet packet = decoded(0x2A9C, from_hex("02 26 E7 07 01 02 03 04 05 F4 01 60 36"), "mi-scale-v2");
  CHECK(readings(packet) == Texts{"body_weight 69.600 kg", "body_impedance 500 Ohm"});
  CHECK(packet.device_time == device_time({2023, 1, 2, 3, 4, 5}));
  CHECK(decoded(0x2A9C, from_hex("02 24 E7 07 01 02 03 04 05 F4 01 60 36"), "mi-scale-v2").readings.size() == 1);
}

TEST_CASE("a weight that still moves is questionable") {
  CHECK(readings(decoded(0x181D, from_hex("02 60 36 E3 07 07 11 0F 1F 11"), "mi-scale-v1")) ==
        Texts{"body_weight 69.600 kg q1"});
}

}  // namespace
}  // namespace vitald
