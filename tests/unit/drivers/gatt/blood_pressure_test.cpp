#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

struct Cuff {
  unsigned flags = 0;
  Decimal systolic, diastolic, mean;
  Decimal pulse = Decimal(72);
  unsigned user = 1;
  unsigned status = 0;
  DateTime time = kMarch;
};

std::vector<std::uint8_t> encoded(const Cuff& c) {
  Encoder out;
  out.u8(c.flags).sfloat(c.systolic).sfloat(c.diastolic).sfloat(c.mean);
  if ((c.flags & 2) != 0) out.date_time(c.time);
  if ((c.flags & 4) != 0) out.sfloat(c.pulse);
  if ((c.flags & 8) != 0) out.u8(c.user);
  if ((c.flags & 16) != 0) out.u16(c.status);
  return out;
}

Cuff cuff(unsigned flags, unsigned status = 0) {
  Cuff c{flags, Decimal(120), Decimal(80), Decimal(93)};
  if ((flags & 1) != 0) {
    c.systolic = Decimal(160, -1);
    c.diastolic = Decimal(107, -1);
    c.mean = Decimal(124, -1);
  }
  c.status = status;
  return c;
}

TEST_CASE("every combination of a cuff's flags is read") {
  for (unsigned flags = 0; flags < 32; ++flags) {
    INFO(flags);
    const bool kpa = (flags & 1) != 0;
    const Packet packet = decoded(0x2A35, encoded(cuff(flags)));
    Texts expected = kpa ? Texts{"blood_pressure_systolic 120.010 mm[Hg]", "blood_pressure_diastolic 80.257 mm[Hg]",
                                 "blood_pressure_mean 93.008 mm[Hg]"}
                         : Texts{"blood_pressure_systolic 120 mm[Hg]", "blood_pressure_diastolic 80 mm[Hg]",
                                 "blood_pressure_mean 93 mm[Hg]"};
    if ((flags & 4) != 0) expected.push_back("pulse_rate_cuff 72 /min");
    CHECK(readings(packet) == expected);
    CHECK(packet.device_time.has_value() == ((flags & 2) != 0));
    CHECK(packet.user.has_value() == ((flags & 8) != 0));
    CHECK(field(packet, "measurement_status") == ((flags & 16) != 0 ? "0" : "-"));
    CHECK(field(packet, kpa ? "systolic_kpa" : "systolic_mmhg") == (kpa ? "16.0" : "120"));
    CHECK(field(packet, kpa ? "systolic_mmhg" : "systolic_kpa") == "-");
  }
}

TEST_CASE("every field of a whole packet has its name, in the packet's order") {
  const Packet packet = decoded(0x2A35, encoded(cuff(30, 4)));
  CHECK(fields(packet) ==
        Texts{"flags=30",
              "flags_set=[time_stamp_present,pulse_rate_present,user_id_present,measurement_status_present]",
              "systolic_mmhg=120", "diastolic_mmhg=80", "mean_arterial_pressure_mmhg=93",
              "time_stamp=2024-03-05T07:08:09", "pulse_rate_bpm=72", "user_id=1", "measurement_status=4",
              "measurement_status_set=[irregular_pulse_detected]"});
  CHECK(packet.device_time == kMarchTime);
  CHECK(packet.user == 1);
}

TEST_CASE("what a cuff doubts is in its readings' quality") {
  struct Doubt {
    unsigned status;
    std::string pressure, pulse;
  };
  for (const auto& [status, pressure, pulse] :
       {Doubt{1, " q16", " q16"}, Doubt{2, " q8", " q8"}, Doubt{4, "", ""}, Doubt{8, "", " q1"}, Doubt{16, "", " q1"},
        Doubt{32, " q1", " q1"}, Doubt{63, " q25", " q25"}, Doubt{0xFFC0, "", ""}}) {
    INFO(status);
    const Texts all = readings(decoded(0x2A35, encoded(cuff(20, status))));
    CHECK(all[0] == "blood_pressure_systolic 120 mm[Hg]" + pressure);
    CHECK(all[3] == "pulse_rate_cuff 72 /min" + pulse);
  }
}

TEST_CASE("a cuff that does not know its user names none") {
  Cuff c = cuff(8);
  c.user = 255;
  const Packet packet = decoded(0x2A35, encoded(c));
  CHECK_FALSE(packet.user);
  CHECK(field(packet, "user_id") == "255");
}

TEST_CASE("pressures that are none are states") {
  Cuff c = cuff(0);
  c.mean = Special::not_a_number;
  c.systolic = Special::not_at_resolution;
  const Packet packet = decoded(0x2A35, encoded(c));
  CHECK(readings(packet)[0] == "blood_pressure_systolic not_at_resolution mm[Hg]");
  CHECK(readings(packet)[2] == "blood_pressure_mean not_a_number mm[Hg]");
  CHECK(field(packet, "mean_arterial_pressure_mmhg") == "not_a_number");
}

TEST_CASE("a cuff's pressure while it works is no reading") {
  const Packet packet = decoded(0x2A36, from_hex("00 A0 00 FF 07 FF 07"));
  CHECK(packet.readings.empty());
  CHECK(fields(packet) == Texts{"flags=0", "flags_set=[]", "current_cuff_pressure_mmhg=160",
                                "diastolic_unused=not_a_number", "mean_arterial_pressure_unused=not_a_number"});
  CHECK(field(decoded(0x2A36, encoded(cuff(31))), "current_cuff_pressure_kpa") == "16.0");
}

TEST_CASE("a cuff's features have names") {
  const Packet packet = decoded(0x2A49, from_hex("25 00"));
  CHECK(field(packet, "blood_pressure_feature") == "37");
  CHECK(field(packet, "blood_pressure_feature_set") ==
        "[body_movement_detection_support,irregular_pulse_detection_support,multiple_bond_support]");
  CHECK(field(decoded(0x2A49, from_hex("00 80")), "blood_pressure_feature_reserved") == "32768");
}

TEST_CASE("a cuff that writes integers is read so where its model says it") {
  const std::vector<std::uint8_t> sent = from_hex("04 78 F0 50 00 FF FF 48 00");
  const Packet packet = decoded(0x2A35, sent, "integers");
  CHECK(readings(packet) == Texts{"blood_pressure_systolic 61560 mm[Hg]", "blood_pressure_diastolic 80 mm[Hg]",
                                  "blood_pressure_mean not_a_number mm[Hg]", "pulse_rate_cuff 72 /min"});
  CHECK(readings(decoded(0x2A35, sent))[0] == "blood_pressure_systolic 12.0 mm[Hg]");
  CHECK(field(decoded(0x2A36, from_hex("00 B4 00 FF FF FF FF"), "integers"), "current_cuff_pressure_mmhg") == "180");
}

}  // namespace
}  // namespace vitald
