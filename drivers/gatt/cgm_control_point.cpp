// CGM Specific Ops Control Point, 2AAC: Continuous Glucose Monitoring Service 1.0.2, section 3.7. Every op code has an
// operand of one size, so what is left behind it is the CRC.

#include "drivers/gatt/decoders.hpp"
#include "drivers/gatt/glucose_names.hpp"

namespace vitald {
namespace {

constexpr std::string_view kOpCodes[] = {"",
                                         "set_cgm_communication_interval",
                                         "get_cgm_communication_interval",
                                         "cgm_communication_interval_response",
                                         "set_glucose_calibration_value",
                                         "get_glucose_calibration_value",
                                         "glucose_calibration_value_response",
                                         "set_patient_high_alert_level",
                                         "get_patient_high_alert_level",
                                         "patient_high_alert_level_response",
                                         "set_patient_low_alert_level",
                                         "get_patient_low_alert_level",
                                         "patient_low_alert_level_response",
                                         "set_hypo_alert_level",
                                         "get_hypo_alert_level",
                                         "hypo_alert_level_response",
                                         "set_hyper_alert_level",
                                         "get_hyper_alert_level",
                                         "hyper_alert_level_response",
                                         "set_rate_of_decrease_alert_level",
                                         "get_rate_of_decrease_alert_level",
                                         "rate_of_decrease_alert_level_response",
                                         "set_rate_of_increase_alert_level",
                                         "get_rate_of_increase_alert_level",
                                         "rate_of_increase_alert_level_response",
                                         "reset_device_specific_alert",
                                         "start_the_session",
                                         "stop_the_session",
                                         "response_code"};
constexpr std::string_view kResponses[] = {
    "", "success", "op_code_not_supported", "invalid_operand", "procedure_not_completed", "parameter_out_of_range"};
constexpr std::string_view kCalibrationStatus[] = {"calibration_data_rejected", "calibration_data_out_of_range",
                                                   "calibration_process_pending"};

void read_interval(PacketReader& in) { in.u8("communication_interval_min"); }

void read_record_number(PacketReader& in) { in.u16("calibration_data_record_number"); }

void read_calibration(PacketReader& in) {
  in.sfloat("glucose_concentration_of_calibration_mg_per_dl");
  in.u16("calibration_time_min");
  in.choices("calibration_type", kGlucoseTypes, "calibration_sample_location", kGlucoseLocations);
  in.u16("next_calibration_time_min");
  read_record_number(in);
  in.bits("calibration_status", 1, kCalibrationStatus);
}

void read_response(PacketReader& in) {
  in.choice("request_op_code", kOpCodes);
  in.choice("response_code_value", kResponses);
}

// The levels come as triples: set, get, response. Getting has no operand.
void read_level(PacketReader& in, std::uint8_t op_code) {
  constexpr std::string_view kLevels[] = {"patient_high_alert_level_mg_per_dl",
                                          "patient_low_alert_level_mg_per_dl",
                                          "hypo_alert_level_mg_per_dl",
                                          "hyper_alert_level_mg_per_dl",
                                          "rate_of_decrease_alert_level_mg_per_dl_per_min",
                                          "rate_of_increase_alert_level_mg_per_dl_per_min"};
  const unsigned from_first = op_code - 7u;
  if (from_first / 3 < std::size(kLevels) && from_first % 3 != 1) in.sfloat(kLevels[from_first / 3]);
}

void read_operand(PacketReader& in, std::uint8_t op_code) {
  switch (op_code) {
    case 0x01:
    case 0x03:
      return read_interval(in);
    case 0x04:
    case 0x06:
      return read_calibration(in);
    case 0x05:
      return read_record_number(in);
    case 0x1C:
      return read_response(in);
    default:
      return read_level(in, op_code);
  }
}

}  // namespace

Result<Packet> decode_cgm_control_point(Bytes packet) {
  PacketReader in(packet);
  const std::uint8_t op_code = in.choice("op_code", kOpCodes);
  if (op_code == 0 || op_code >= std::size(kOpCodes)) in.refuse("op_code", "it is reserved");
  read_operand(in, op_code);
  if (in.left() > 0) in.crc("e2e_crc");
  return in.end();
}

}  // namespace vitald
