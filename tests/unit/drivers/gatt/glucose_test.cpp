#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

struct Meter {
  unsigned flags = 0;
  unsigned offset = 0;
  unsigned type_location = 0x11;
  unsigned status = 0;
  DateTime time = kMarch;
};

std::vector<std::uint8_t> encoded(const Meter& m) {
  Encoder out;
  out.u8(m.flags).u16(1207).date_time(m.time);
  if ((m.flags & 1) != 0) out.u16(m.offset);
  if ((m.flags & 2) != 0) out.sfloat((m.flags & 4) != 0 ? Decimal(56, -4) : Decimal(100, -5)).u8(m.type_location);
  if ((m.flags & 8) != 0) out.u16(m.status);
  return out;
}

TEST_CASE("every combination of a meter's flags is read") {
  for (unsigned flags = 0; flags < 32; ++flags) {
    INFO(flags);
    const Packet packet = decoded(0x2A18, encoded({flags, 60}));
    Texts expected;
    if ((flags & 6) == 2) expected = {"glucose_capillary_whole_blood 100 mg/dL"};
    if ((flags & 6) == 6) expected = {"glucose_capillary_whole_blood_mmol 5.6 mmol/L"};
    CHECK(readings(packet) == expected);
    CHECK(packet.record_number == 1207u);
    CHECK(packet.device_time == DeviceTime{kMarchTime.us + ((flags & 1) != 0 ? 3'600'000'000 : 0)});
    CHECK(field(packet, "sequence_number") == "1207");
    CHECK(field(packet, "base_time") == "2024-03-05T07:08:09");
    CHECK(field(packet, "time_offset_min") == ((flags & 1) != 0 ? "60" : "-"));
    CHECK(field(packet, "sensor_status_annunciation") == ((flags & 8) != 0 ? "0" : "-"));
  }
}

TEST_CASE("concentration, type and location of a sample have their fields") {
  const Packet packet = decoded(0x2A18, encoded({2, 0, 0xFA}));
  CHECK(field(packet, "glucose_concentration_kg_per_l") == "0.00100");
  CHECK(field(packet, "type") == "10");
  CHECK(field(packet, "type_name") == "control_solution");
  CHECK(field(packet, "sample_location") == "15");
  CHECK(field(packet, "sample_location_name") == "not_available");
  CHECK(field(decoded(0x2A18, encoded({6})), "glucose_concentration_mol_per_l") == "0.0056");
}

TEST_CASE("every type of sample has its metric; what is not named is questionable") {
  const std::string metrics[] = {"undetermined_whole_blood",
                                 "capillary_whole_blood",
                                 "capillary_plasma",
                                 "venous_whole_blood",
                                 "venous_plasma",
                                 "arterial_whole_blood",
                                 "arterial_plasma",
                                 "undetermined_whole_blood",
                                 "undetermined_plasma",
                                 "interstitial",
                                 "control_solution"};
  for (unsigned type = 0; type < 16; ++type) {
    INFO(type);
    const std::string metric = "glucose_" + metrics[type < 11 ? type : 0];
    const std::string quality = type == 10 ? " q256" : type == 0 || type > 10 ? " q1" : "";
    CHECK(readings(decoded(0x2A18, encoded({2, 0, type}))) == Texts{metric + " 100 mg/dL" + quality});
    CHECK(readings(decoded(0x2A18, encoded({6, 0, type}))) == Texts{metric + "_mmol 5.6 mmol/L" + quality});
  }
}

TEST_CASE("control solution is never of a patient, named by type or by place") {
  CHECK(decoded(0x2A18, encoded({2, 0, 0x41})).readings[0].quality == quality::kTest);
}

TEST_CASE("a time offset may be negative, and beyond its range there is no time") {
  CHECK(decoded(0x2A18, encoded({1, 0xFFC4})).device_time == DeviceTime{kMarchTime.us - 3'600'000'000});
  const Packet overrun = decoded(0x2A18, encoded({1, 0x7FFF}));
  CHECK_FALSE(overrun.device_time);
  CHECK(field(overrun, "time_offset_min") == "overrun");
  CHECK(field(decoded(0x2A18, encoded({1, 0x8000})), "time_offset_min") == "underrun");
  CHECK_FALSE(decoded(0x2A18, encoded({1, 60, 0x11, 0, {}})).device_time);
}

TEST_CASE("each status bit of a meter has its quality") {
  const unsigned expected[] = {0, 1, 2, 2, 2, 1, 1, 2, 2, 2, 1, 128, 0, 0, 0, 0};
  for (unsigned bit = 0; bit < 16; ++bit) {
    INFO(bit);
    CHECK(decoded(0x2A18, encoded({10, 0, 0x11, 1u << bit})).readings[0].quality == expected[bit]);
  }
  CHECK(field(decoded(0x2A18, encoded({8, 0, 0, 0xF020})), "sensor_status_annunciation_set") ==
        "[sensor_result_higher_than_device_can_process]");
}

std::vector<std::uint8_t> context(unsigned flags) {
  Encoder out;
  out.u8(flags).u16(1207);
  if ((flags & 128) != 0) out.u8(0);
  if ((flags & 1) != 0) out.u8(2).sfloat(Decimal(50, -3));
  if ((flags & 2) != 0) out.u8(1);
  if ((flags & 4) != 0) out.u8(0x51);
  if ((flags & 8) != 0) out.u16(1800).u8(75);
  if ((flags & 16) != 0) out.u8(4).sfloat(Decimal(10, -6));
  if ((flags & 64) != 0) out.sfloat(Decimal(65, -1));
  return out;
}

TEST_CASE("every combination of a context's flags is read") {
  for (unsigned flags = 0; flags < 256; ++flags) {
    INFO(flags);
    const Packet packet = decoded(0x2A34, context(flags));
    const auto when = [&](unsigned mask, std::string text) { return (flags & mask) != 0 ? text : std::string("-"); };
    Texts expected;
    if ((flags & 2) != 0) expected.push_back("meal_context 8417868 1");
    if ((flags & 64) != 0) expected.push_back("hba1c 6.5 %");
    CHECK(readings(packet) == expected);
    CHECK(packet.record_number == 1207u);
    CHECK(field(packet, "extended_flags") == when(128, "0"));
    CHECK(field(packet, "carbohydrate_id") == when(1, "2"));
    CHECK(field(packet, "carbohydrate_kg") == when(1, "0.050"));
    CHECK(field(packet, "meal") == when(2, "1"));
    CHECK(field(packet, "tester") == when(4, "1"));
    CHECK(field(packet, "health") == when(4, "5"));
    CHECK(field(packet, "exercise_duration_s") == when(8, "1800"));
    CHECK(field(packet, "exercise_intensity_percent") == when(8, "75"));
    CHECK(field(packet, "medication_id_name") == when(16, "long_acting_insulin"));
    CHECK(field(packet, (flags & 32) != 0 ? "medication_l" : "medication_kg") == when(16, "0.000010"));
    CHECK(field(packet, "hba1c_percent") == when(64, "6.5"));
  }
}

TEST_CASE("every meal has its code; one without a name gives no reading") {
  const std::string codes[] = {"8417868", "8417872", "8417876", "8417880", "8417908"};
  for (unsigned meal = 1; meal <= 5; ++meal)
    CHECK(readings(decoded(0x2A34, Encoder().u8(2).u16(1).u8(meal))) ==
          Texts{"meal_context " + codes[meal - 1] + " 1"});
  for (const unsigned meal : {0u, 6u, 255u}) CHECK(decoded(0x2A34, Encoder().u8(2).u16(1).u8(meal)).readings.empty());
}

TEST_CASE("a meter's features have names") {
  CHECK(field(decoded(0x2A51, from_hex("01 04")), "glucose_feature_set") ==
        "[low_battery_detection_supported,multiple_bond_supported]");
  CHECK(field(decoded(0x2A51, from_hex("FF FF")), "glucose_feature_reserved") == "63488");
}

}  // namespace
}  // namespace vitald
