#include "drivers/gatt/e2e_crc.hpp"
#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

struct Sensor_ {
  unsigned flags = 0;
  unsigned status = 0, cal_temp = 0, warning = 0;
};

// Without a CRC its size does not count one.
std::vector<std::uint8_t> encoded(const Sensor_& s, bool crc) {
  Encoder body;
  body.u8(s.flags).sfloat(Decimal(120)).u16(30);
  if ((s.flags & 0x80) != 0) body.u8(s.status);
  if ((s.flags & 0x40) != 0) body.u8(s.cal_temp);
  if ((s.flags & 0x20) != 0) body.u8(s.warning);
  if ((s.flags & 1) != 0) body.sfloat(Decimal(-15, -1));
  if ((s.flags & 2) != 0) body.sfloat(Decimal(96));
  Encoder out;
  out.u8(static_cast<unsigned>(body.octets().size()) + (crc ? 3 : 1));
  for (const std::uint8_t octet : body.octets()) out.u8(octet);
  if (crc) out.crc();
  return out;
}

TEST_CASE("every combination of a CGM record's flags is read, with and without CRC") {
  for (const bool crc : {false, true})
    for (const unsigned trend : {0u, 1u, 2u, 3u})
      for (const unsigned octets : {0x00u, 0x20u, 0x40u, 0x60u, 0x80u, 0xA0u, 0xC0u, 0xE0u}) {
        const unsigned flags = octets | trend;
        INFO(flags << " " << crc);
        const Packet packet = decoded(0x2AA7, encoded({flags, 0x01, 0x02, 0x03}, crc));
        const auto when = [&](unsigned mask, std::string text) {
          return (flags & mask) != 0 ? text : std::string("-");
        };
        REQUIRE(packet.readings.size() == 1);
        CHECK(readings(packet)[0].starts_with("glucose_interstitial 120 mg/dL"));
        CHECK(packet.readings[0].minutes == 30);
        CHECK(packet.readings[0].quality == ((flags & 0x80) != 0 ? quality::kQuestionable : quality::kGood));
        CHECK(field(packet, "cgm_glucose_concentration_mg_per_dl") == "120");
        CHECK(field(packet, "time_offset_min") == "30");
        CHECK(field(packet, "sensor_status_annunciation_status") == when(0x80, "1"));
        CHECK(field(packet, "sensor_status_annunciation_cal_temp") == when(0x40, "2"));
        CHECK(field(packet, "sensor_status_annunciation_warning") == when(0x20, "3"));
        CHECK(field(packet, "cgm_trend_information_mg_per_dl_per_min") == when(1, "-1.5"));
        CHECK(field(packet, "cgm_quality_percent") == when(2, "96"));
        CHECK((field(packet, "e2e_crc") != "-") == crc);
      }
}

TEST_CASE("a record of another vendor's test suite is read with its CRC") {
  const Packet packet = decoded(0x2AA7, from_hex("0F E3 78 00 1E 00 01 02 03 50 00 60 00 EC AC"));
  CHECK(field(packet, "e2e_crc") == "44268");
  CHECK(field(packet, "sensor_status_annunciation") == "197121");
  CHECK(field(packet, "sensor_status_annunciation_status_set") == "[session_stopped]");
  CHECK(field(packet, "sensor_status_annunciation_cal_temp_set") == "[calibration_not_allowed]");
  CHECK(field(packet, "sensor_status_annunciation_warning_set") ==
        "[sensor_result_lower_than_patient_low_level,sensor_result_higher_than_patient_high_level]");
  CHECK(refusal(0x2AA7, from_hex("08 00 78 00 1E 00 12 34")) == "e2e_crc: it is not the CRC of the packet");
}

TEST_CASE("the CRC is MCRF4XX") {
  const std::string_view check = "123456789";
  CHECK(e2e_crc({reinterpret_cast<const std::uint8_t*>(check.data()), check.size()}) == 0x6F91);
  CHECK(e2e_crc(from_hex("3E 01 02 03 04 05 06 07 08 09")) == 12033);
  CHECK(e2e_crc({}) == 0xFFFF);
}

TEST_CASE("a packet of several records keeps them apart") {
  const Packet packet = decoded(0x2AA7, from_hex("06 00 78 00 1E 00  06 00 77 00 1D 00"));
  CHECK(readings(packet) == Texts{"glucose_interstitial 120 mg/dL", "glucose_interstitial 119 mg/dL"});
  CHECK(packet.readings[1].minutes == 29);
  CHECK(fields(packet) ==
        Texts{"records=[{size=6 flags=0 flags_set=[] cgm_glucose_concentration_mg_per_dl=120 time_offset_min=30},"
              "{size=6 flags=0 flags_set=[] cgm_glucose_concentration_mg_per_dl=119 time_offset_min=29}]"});
}

TEST_CASE("a record's size is held against its packet and its flags") {
  CHECK(refusal(0x2AA7, {}) == "size: less than the 6 octets of a record");
  CHECK(refusal(0x2AA7, from_hex("00")) == "size: less than the 6 octets of a record");
  CHECK(refusal(0x2AA7, from_hex("05 00 78 00 1E")) == "size: less than the 6 octets of a record");
  CHECK(refusal(0x2AA7, from_hex("07 00 78 00 1E 00")) == "size: the packet ends before the record does");
  CHECK(refusal(0x2AA7, from_hex("06 01 78 00 1E 00")) ==
        "cgm_trend_information_mg_per_dl_per_min: the packet ends before it");
  CHECK(refusal(0x2AA7, from_hex("07 00 78 00 1E 00 00")) == "length: 1 octets more than the packet's layout has");
  CHECK(refusal(0x2AA7, from_hex("06 00 78 00 1E 00 06 00 77")) == "size: the packet ends before the record does");
}

TEST_CASE("octets behind a reserved flag are passed over") {
  const Packet packet = decoded(0x2AA7, from_hex("08 04 78 00 1E 00 12 34"));
  CHECK(readings(packet) == Texts{"glucose_interstitial 120 mg/dL"});
  CHECK(field(packet, "reserved_octets") == "1234");
  CHECK(field(packet, "flags_reserved") == "4");
}

TEST_CASE("each status bit of a CGM has its quality") {
  const unsigned expected[] = {1, 0, 2, 1, 0, 1, 0, 0, 128, 0, 0, 1, 2, 2, 64, 0, 0, 0, 0, 0, 0, 0, 1, 1};
  for (unsigned bit = 0; bit < 24; ++bit) {
    INFO(bit);
    const unsigned word = 1u << bit;
    const Packet packet = decoded(0x2AA7, encoded({0xE0, word & 255, word >> 8 & 255, word >> 16}, false));
    CHECK(packet.readings[0].quality == expected[bit]);
  }
}

TEST_CASE("a CGM's features end in a CRC or in FFFF") {
  const Packet with = decoded(0x2AA8, Encoder().u24(0x11000).u8(0x59).crc());
  CHECK(field(with, "cgm_feature_set") == "[e2e_crc_supported,cgm_quality_supported]");
  CHECK(field(with, "cgm_type_name") == "interstitial_fluid");
  CHECK(field(with, "cgm_sample_location_name") == "subcutaneous_tissue");
  CHECK(field(decoded(0x2AA8, Encoder().u24(1).u8(0x59).u16(0xFFFF)), "e2e_crc") == "65535");
  CHECK(refusal(0x2AA8, Encoder().u24(0x1000).u8(0x59).u16(0xFFFF)) == "e2e_crc: it is not the CRC of the packet");
}

TEST_CASE("a CGM's status, start and run time are read with and without CRC") {
  const Encoder status = Encoder().u16(90).u24(0x010100);
  CHECK(field(decoded(0x2AA9, status), "time_offset_min") == "90");
  CHECK(field(decoded(0x2AA9, status), "cgm_status") == "65792");
  CHECK(field(decoded(0x2AA9, Encoder(status).crc()), "cgm_status_set") ==
        "[time_synchronization_required,sensor_result_lower_than_patient_low_level]");
  const Encoder start = Encoder().date_time(kMarch).u8(0xEC).u8(4);
  const Packet packet = decoded(0x2AAA, Encoder(start).crc());
  CHECK(packet.device_time == kMarchTime);
  CHECK(field(packet, "session_start_time") == "2024-03-05T07:08:09");
  CHECK(field(packet, "time_zone") == "-20");
  CHECK(field(packet, "time_zone_min") == "-300");
  CHECK(field(packet, "dst_offset") == "4");
  CHECK(field(packet, "dst_offset_min") == "60");
  CHECK(field(decoded(0x2AAA, start), "e2e_crc") == "-");
  const Packet unknown = decoded(0x2AAA, Encoder().date_time(kMarch).u8(0x80).u8(255));
  CHECK(field(unknown, "time_zone_min") == "-");
  CHECK(field(unknown, "dst_offset_min") == "-");
  CHECK(field(decoded(0x2AAB, Encoder().u16(336)), "cgm_session_run_time_h") == "336");
  CHECK(field(decoded(0x2AAB, Encoder().u16(336).crc()), "cgm_session_run_time_h") == "336");
}

TEST_CASE("a wrong CRC is refused wherever there is one") {
  for (const auto& [uuid, packet] :
       {std::pair{0x2AA9, Encoder().u16(90).u24(0).crc()},
        std::pair{0x2AAA, Encoder().date_time(kMarch).u8(0).u8(0).crc()}, std::pair{0x2AAB, Encoder().u16(336).crc()},
        std::pair{0x2AAC, Encoder().u8(0x1C).u8(1).u8(1).crc()},
        std::pair{0x2AA8, Encoder().u24(0x1000).u8(0x59).crc()}})
    for (std::size_t bit = 0; bit < packet.octets().size() * 8; ++bit) {
      std::vector<std::uint8_t> changed = packet.octets();
      changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      INFO(uuid << " " << bit);
      const bool crc_itself_is_announced = uuid == 0x2AA8 && bit == 12;
      if (!crc_itself_is_announced) CHECK_FALSE(decode_packet(static_cast<std::uint16_t>(uuid), changed));
    }
}

}  // namespace
}  // namespace vitald
