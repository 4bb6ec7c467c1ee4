#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

constexpr std::uint16_t kUuid = 0x2AAC;

TEST_CASE("every op code of the CGM's control point has its operand") {
  for (unsigned op = 1; op <= 0x1C; ++op) {
    const bool level = op >= 7 && op <= 0x18 && op % 3 != 2;
    Encoder out;
    out.u8(op);
    if (op == 1 || op == 3) out.u8(5);
    if (op == 4 || op == 6) out.sfloat(Decimal(110)).u16(60).u8(0x19).u16(720).u16(7).u8(4);
    if (op == 5) out.u16(7);
    if (level) out.sfloat(Decimal(180));
    if (op == 0x1C) out.u8(4).u8(1);
    INFO(op);
    CHECK(field(decoded(kUuid, out), "op_code") == std::to_string(op));
    CHECK(field(decoded(kUuid, out), "op_code_name") != "-");
    CHECK(field(decoded(kUuid, Encoder(out).crc()), "e2e_crc") != "-");
    CHECK(refusal(kUuid, Encoder(out).u8(0)) != "");
  }
}

TEST_CASE("a reserved op code is refused") {
  for (const unsigned op : {0u, 0x1Du, 0xFFu}) CHECK(refusal(kUuid, Encoder().u8(op)) == "op_code: it is reserved");
}

TEST_CASE("a calibration has all its fields") {
  const Packet packet = decoded(kUuid, Encoder().u8(6).sfloat(Decimal(110)).u16(60).u8(0x19).u16(720).u16(7).u8(5));
  CHECK(fields(packet) == Texts{"op_code=6", "op_code_name=glucose_calibration_value_response",
                                "glucose_concentration_of_calibration_mg_per_dl=110", "calibration_time_min=60",
                                "calibration_type=9", "calibration_type_name=interstitial_fluid",
                                "calibration_sample_location=1", "calibration_sample_location_name=finger",
                                "next_calibration_time_min=720", "calibration_data_record_number=7",
                                "calibration_status=5",
                                "calibration_status_set=[calibration_data_rejected,calibration_process_pending]"});
}

TEST_CASE("every alert level has its name and unit") {
  const auto level = [](unsigned op) { return fields(decoded(kUuid, Encoder().u8(op).sfloat(Decimal(70)))).back(); };
  CHECK(level(0x07) == "patient_high_alert_level_mg_per_dl=70");
  CHECK(level(0x0C) == "patient_low_alert_level_mg_per_dl=70");
  CHECK(level(0x0D) == "hypo_alert_level_mg_per_dl=70");
  CHECK(level(0x12) == "hyper_alert_level_mg_per_dl=70");
  CHECK(level(0x13) == "rate_of_decrease_alert_level_mg_per_dl_per_min=70");
  CHECK(level(0x18) == "rate_of_increase_alert_level_mg_per_dl_per_min=70");
}

TEST_CASE("the CGM says to what it responds and how") {
  CHECK(fields(decoded(kUuid, from_hex("1C 1A 04"))) ==
        Texts{"op_code=28", "op_code_name=response_code", "request_op_code=26",
              "request_op_code_name=start_the_session", "response_code_value=4",
              "response_code_value_name=procedure_not_completed"});
}

}  // namespace
}  // namespace vitald
