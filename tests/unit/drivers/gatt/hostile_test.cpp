// Every decoder against packets that are cut, too long, or noise.

#include <random>

#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

struct Sample {
  std::uint16_t uuid;
  std::string_view quirk;
  std::vector<std::uint8_t> packet;  // of one layout, with all its parts
};

std::vector<Sample> whole_packets() {
  Encoder bp, glucose, context, body, spot, continuous;
  bp.u8(31).u16(120).u16(80).u16(93).date_time(kMarch).u16(72).u8(1).u16(0);
  glucose.u8(15).u16(1).date_time(kMarch).u16(60).u16(0xB064).u8(0x11).u16(0);
  context.u8(255).u16(1).u8(0).u8(1).u16(1).u8(1).u8(0x11).u16(600).u8(50).u8(1).u16(1).u16(65);
  body.u16(0x0FFF).u16(235).date_time(kMarch).u8(1);
  for (int i = 0; i < 9; ++i) body.u16(1000);
  spot.u8(15).u16(98).u16(72).date_time(kMarch).u16(0).u24(0).u16(35);
  continuous.u8(31).u16(98).u16(72).u16(98).u16(72).u16(98).u16(72).u16(0).u24(0).u16(35);
  return {{0x2A08, "", Encoder().date_time(kMarch)},
          {0x2A18, "", glucose},
          {0x2A19, "", Encoder().u8(50)},
          {0x2A1C, "", Encoder().u8(7).medical_float(Decimal(366, -1)).date_time(kMarch).u8(2)},
          {0x2A1E, "", Encoder().u8(7).medical_float(Decimal(366, -1)).date_time(kMarch).u8(2)},
          {0x2A23, "", Encoder().number(1, 8)},
          {0x2A2B, "", Encoder().date_time(kMarch).u8(1).u8(0).u8(0)},
          {0x2A34, "", context},
          {0x2A35, "", bp},
          {0x2A35, "integers", bp},
          {0x2A36, "", bp},
          {0x2A37, "", Encoder().u8(9).u16(300).u16(1)},
          {0x2A38, "", Encoder().u8(1)},
          {0x2A49, "", Encoder().u16(1)},
          {0x2A50, "", Encoder().number(1, 7)},
          {0x2A51, "", Encoder().u16(1)},
          {0x2A52, "", Encoder().u8(1).u8(4).u8(2).date_time(kMarch).date_time(kMarch)},
          {0x2A5E, "", spot},
          {0x2A5F, "", continuous},
          {0x2A60, "", Encoder().u16(3).u16(0).u24(0)},
          {0x2A9B, "", Encoder().u32(1)},
          {0x2A9C, "", body},
          {0x2A9D, "", Encoder().u8(15).u16(1).date_time(kMarch).u8(1).u16(1).u16(1)},
          {0x2A9E, "", Encoder().u32(1)},
          {0x2AA7, "", from_hex("0F E3 78 00 1E 00 01 02 03 50 00 60 00 EC AC")},
          {0x2AA8, "", Encoder().u24(0).u8(0x59).u16(0xFFFF)},
          {0x2AA9, "", Encoder().u16(1).u24(0).crc()},
          {0x2AAA, "", Encoder().date_time(kMarch).u8(0).u8(0).crc()},
          {0x2AAB, "", Encoder().u16(1).crc()},
          {0x2AAC, "", Encoder().u8(0x1C).u8(1).u8(1).crc()},
          {0x181D, "mi-scale-v1", from_hex("A2 60 36 E3 07 07 11 0F 1F 11")},
          {0x181B, "mi-scale-v2", from_hex("02 26 E7 07 01 02 03 04 05 F4 01 60 36")}};
}

// Shorter and still whole, by the specification: there the CRC is optional, and a filter of 32 bits halves to 16.
bool whole_without(std::uint16_t uuid, std::size_t missing) {
  const bool optional_crc = uuid == 0x2AA9 || uuid == 0x2AAA || uuid == 0x2AAB || uuid == 0x2AAC;
  return optional_crc && missing == 2;
}

TEST_CASE("a packet cut at any octet is refused") {
  for (const auto& [uuid, quirk, packet] : whole_packets()) {
    REQUIRE(refusal(uuid, packet, quirk) == "");
    for (std::size_t size = 0; size < packet.size(); ++size) {
      if (whole_without(uuid, packet.size() - size)) continue;
      INFO(std::hex << uuid << " cut to " << std::dec << size);
      const std::string why =
          refusal(uuid, {packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size)}, quirk);
      CHECK_THAT(why, Catch::Matchers::Contains(": "));  // it names the field
    }
  }
}

TEST_CASE("a packet that goes on behind its layout is refused") {
  for (auto [uuid, quirk, packet] : whole_packets()) {
    packet.push_back(0);
    INFO(std::hex << uuid);
    CHECK(refusal(uuid, packet, quirk) != "");
  }
}

TEST_CASE("reserved flags are passed over and reported, with the octets they may announce") {
  for (const std::uint16_t uuid :
       std::initializer_list<std::uint16_t>{0x2A35, 0x2A1C, 0x2A9D, 0x2A5E, 0x2A18, 0x2A37}) {
    for (const Sample& sample : whole_packets()) {
      if (sample.uuid != uuid || !sample.quirk.empty()) continue;
      std::vector<std::uint8_t> packet = sample.packet;
      const auto expected = readings(decoded(uuid, packet));
      packet[0] |= 0x80;
      INFO(std::hex << uuid);
      CHECK(readings(decoded(uuid, packet)) == expected);
      packet.push_back(0x5A);
      CHECK(readings(decoded(uuid, packet)) == expected);
      CHECK(field(decoded(uuid, packet), "flags_reserved") == "128");
      CHECK(field(decoded(uuid, packet), "reserved_octets") == "5a");
    }
  }
}

TEST_CASE("noise is decoded or refused, never more") {
  const std::uint32_t seed = std::random_device()();
  UNSCOPED_INFO("seed " << seed);
  std::mt19937 random(seed);
  std::vector<std::pair<std::uint16_t, std::string_view>> all;
  for (const Characteristic& characteristic : characteristics()) all.push_back({characteristic.uuid, ""});
  for (const Quirk& quirk : quirks()) all.push_back({quirk.uuid, quirk.name});
  for (int round = 0; round < 500; ++round)
    for (const auto& [uuid, quirk] : all) {
      std::vector<std::uint8_t> packet(random() % 40);
      for (std::uint8_t& octet : packet) octet = static_cast<std::uint8_t>(random());
      const Result<Packet> result = decode_packet(uuid, packet, quirk);
      if (!result) continue;
      for (const Value& value : result->readings) REQUIRE(value.metric != nullptr);
    }
}

}  // namespace
}  // namespace vitald
