#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

std::vector<std::uint8_t> spot_check(unsigned flags, unsigned status = 0, unsigned device = 0) {
  Encoder out;
  out.u8(flags).sfloat(Decimal(98)).sfloat(Decimal(72));
  if ((flags & 1) != 0) out.date_time(kMarch);
  if ((flags & 2) != 0) out.u16(status);
  if ((flags & 4) != 0) out.u24(device);
  if ((flags & 8) != 0) out.sfloat(Decimal(35, -1));
  return out;
}

std::vector<std::uint8_t> continuous(unsigned flags, unsigned status = 0, unsigned device = 0) {
  Encoder out;
  out.u8(flags).sfloat(Decimal(970, -1)).sfloat(Decimal(61));
  if ((flags & 1) != 0) out.sfloat(Decimal(96)).sfloat(Decimal(62));
  if ((flags & 2) != 0) out.sfloat(Decimal(95)).sfloat(Decimal(63));
  if ((flags & 4) != 0) out.u16(status);
  if ((flags & 8) != 0) out.u24(device);
  if ((flags & 16) != 0) out.sfloat(Decimal(12, -1));
  return out;
}

TEST_CASE("every combination of a spot check's flags is read") {
  for (unsigned flags = 0; flags < 32; ++flags) {
    INFO(flags);
    const Packet packet = decoded(0x2A5E, spot_check(flags));
    const std::string q = (flags & 16) != 0 ? " q128" : "";
    Texts expected{"oxygen_saturation 98 %" + q, "pulse_rate_oximeter 72 /min" + q};
    if ((flags & 8) != 0) expected.push_back("perfusion_index 3.5 %" + q);
    CHECK(readings(packet) == expected);
    CHECK(packet.device_time.has_value() == ((flags & 1) != 0));
    CHECK(field(packet, "measurement_status") == ((flags & 2) != 0 ? "0" : "-"));
    CHECK(field(packet, "device_and_sensor_status") == ((flags & 4) != 0 ? "0" : "-"));
    CHECK(field(packet, "pulse_amplitude_index_percent") == ((flags & 8) != 0 ? "3.5" : "-"));
  }
}

TEST_CASE("every combination of a continuous measurement's flags is read") {
  for (unsigned flags = 0; flags < 32; ++flags) {
    INFO(flags);
    const Packet packet = decoded(0x2A5F, continuous(flags));
    Texts expected{"oxygen_saturation 97.0 %", "pulse_rate_oximeter 61 /min"};
    if ((flags & 16) != 0) expected.push_back("perfusion_index 1.2 %");
    CHECK(readings(packet) == expected);
    CHECK(field(packet, "spo2pr_normal_spo2_percent") == "97.0");
    CHECK(field(packet, "spo2pr_fast_spo2_percent") == ((flags & 1) != 0 ? "96" : "-"));
    CHECK(field(packet, "spo2pr_fast_pr_bpm") == ((flags & 1) != 0 ? "62" : "-"));
    CHECK(field(packet, "spo2pr_slow_spo2_percent") == ((flags & 2) != 0 ? "95" : "-"));
    CHECK(field(packet, "spo2pr_slow_pr_bpm") == ((flags & 2) != 0 ? "63" : "-"));
    CHECK(field(packet, "measurement_status") == ((flags & 4) != 0 ? "0" : "-"));
    CHECK(field(packet, "device_and_sensor_status") == ((flags & 8) != 0 ? "0" : "-"));
  }
}

TEST_CASE("each status bit of an oximeter has its quality") {
  const unsigned measurement[] = {0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 256, 256, 64, 2, 1, 2};
  for (unsigned bit = 0; bit < 16; ++bit) {
    INFO(bit);
    CHECK(decoded(0x2A5F, continuous(4, 1u << bit)).readings[0].quality == measurement[bit]);
    CHECK(decoded(0x2A5E, spot_check(2, 1u << bit)).readings[1].quality == measurement[bit]);
  }
  const unsigned device[] = {1, 1, 1, 32, 32, 32, 32, 32, 1, 0, 32, 8, 1, 8, 1, 8, 0, 0, 0, 0, 0, 0, 0, 0};
  for (unsigned bit = 0; bit < 24; ++bit) {
    INFO(bit);
    CHECK(decoded(0x2A5F, continuous(8, 0, 1u << bit)).readings[0].quality == device[bit]);
    CHECK(decoded(0x2A5E, spot_check(4, 0, 1u << bit)).readings[1].quality == device[bit]);
  }
}

TEST_CASE("status words are given raw, by name, and with what has no name") {
  const Packet packet = decoded(0x2A5F, continuous(12, 0x8021, 0x810820));
  CHECK(field(packet, "measurement_status") == "32801");
  CHECK(field(packet, "measurement_status_set") == "[measurement_ongoing,invalid_measurement_detected]");
  CHECK(field(packet, "measurement_status_reserved") == "1");
  CHECK(field(packet, "device_and_sensor_status") == "8456224");
  CHECK(field(packet, "device_and_sensor_status_set") == "[low_perfusion_detected,sensor_unconnected_to_user]");
  CHECK(field(packet, "device_and_sensor_status_reserved") == "8454144");
}

TEST_CASE("a finger that is out gives states, not numbers") {
  const Packet packet = decoded(0x2A5F, from_hex("00 FF 07 FF 07"));
  CHECK(readings(packet) == Texts{"oxygen_saturation not_a_number %", "pulse_rate_oximeter not_a_number /min"});
}

TEST_CASE("an oximeter's features say which status bits it can set") {
  CHECK(fields(decoded(0x2A60, from_hex("04 00"))) ==
        Texts{"supported_features=4", "supported_features_set=[measurement_storage_for_spot_check_supported]"});
  const Packet both = decoded(0x2A60, Encoder().u16(0xFF).u16(0x4000).u24(0x20));
  CHECK(field(both, "measurement_status_support_set") == "[questionable_measurement_detected]");
  CHECK(field(both, "device_and_sensor_status_support") == "32");
  CHECK(field(decoded(0x2A60, Encoder().u16(2).u24(1)), "measurement_status_support") == "-");
}

TEST_CASE("an oximeter that writes integers is read so where its model says it") {
  CHECK(readings(decoded(0x2A5F, from_hex("00 62 00 FF FF"), "integers")) ==
        Texts{"oxygen_saturation 98 %", "pulse_rate_oximeter not_a_number /min"});
  CHECK(readings(decoded(0x2A5E, from_hex("00 62 00 48 00"), "integers"))[1] == "pulse_rate_oximeter 72 /min");
}

}  // namespace
}  // namespace vitald
