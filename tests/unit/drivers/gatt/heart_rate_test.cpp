#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

struct Case {
  unsigned flags;
  unsigned rate;
  std::vector<unsigned> rr;
};

std::vector<std::uint8_t> encoded(const Case& c) {
  Encoder out;
  out.u8(c.flags);
  out.number(c.rate, (c.flags & 1) != 0 ? 2 : 1);
  if ((c.flags & 8) != 0) out.u16(1000);
  if ((c.flags & 16) != 0)
    for (const unsigned interval : c.rr) out.u16(interval);
  return out;
}

TEST_CASE("every combination of a heart rate's flags is read") {
  for (unsigned flags = 0; flags < 32; ++flags) {
    INFO(flags);
    const Packet packet = decoded(0x2A37, encoded({flags, (flags & 1) != 0 ? 300u : 72u, {1024, 512}}));
    const bool off = (flags & 4) != 0 && (flags & 2) == 0;
    const std::string q = off ? " q8" : "";
    Texts expected{std::string("heart_rate_strap ") + ((flags & 1) != 0 ? "300" : "72") + " /min" + q};
    if ((flags & 8) != 0) expected.push_back("energy 239.01 kcal");
    if ((flags & 16) != 0) expected.push_back("rr_interval 1000.0000000 ms" + q);
    if ((flags & 16) != 0) expected.push_back("rr_interval 500.0000000 ms" + q);
    CHECK(readings(packet) == expected);
    CHECK(field(packet, "flags") == std::to_string(flags));
    CHECK(field(packet, "energy_expended_kj") == ((flags & 8) != 0 ? "1000" : "-"));
  }
}

TEST_CASE("an RR interval is exact: 1/1024 s each") {
  const Packet packet = decoded(0x2A37, encoded({16, 72, {833}}));
  CHECK(readings(packet)[1] == "rr_interval 813.4765625 ms");
  CHECK(field(packet, "rr_interval_s") == "[0.8134765625]");
}

TEST_CASE("a packet holds as many RR intervals as fit") {
  const Packet packet = decoded(0x2A37, encoded({16, 72, std::vector<unsigned>(255, 1024)}));
  CHECK(packet.readings.size() == 256);
}

TEST_CASE("half an RR interval, or the flag without one, is refused") {
  std::vector<std::uint8_t> half = encoded({16, 72, {833}});
  half.push_back(1);
  CHECK(refusal(0x2A37, half) == "rr_interval: the packet ends before it");
  CHECK(refusal(0x2A37, encoded({16, 72, {}})) == "rr_interval: the packet ends before it");
}

TEST_CASE("where a belt sits has a name") {
  CHECK(fields(decoded(0x2A38, from_hex("01"))) == Texts{"body_sensor_location=1", "body_sensor_location_name=chest"});
  CHECK(fields(decoded(0x2A38, from_hex("06")))[1] == "body_sensor_location_name=foot");
  CHECK(fields(decoded(0x2A38, from_hex("07"))) == Texts{"body_sensor_location=7"});
}

}  // namespace
}  // namespace vitald
