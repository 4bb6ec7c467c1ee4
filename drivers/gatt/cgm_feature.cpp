// CGM Feature, 2AA8: Continuous Glucose Monitoring Service 1.0.2, section 3.2. Without CRCs the field is 0xFFFF.

#include "drivers/gatt/decoders.hpp"
#include "drivers/gatt/glucose_names.hpp"

namespace vitald {
namespace {

constexpr std::string_view kBits[] = {"calibration_supported",
                                      "patient_high_low_alerts_supported",
                                      "hypo_alerts_supported",
                                      "hyper_alerts_supported",
                                      "rate_of_increase_decrease_alerts_supported",
                                      "device_specific_alert_supported",
                                      "sensor_malfunction_detection_supported",
                                      "sensor_temperature_high_low_detection_supported",
                                      "sensor_result_high_low_detection_supported",
                                      "low_battery_detection_supported",
                                      "sensor_type_error_detection_supported",
                                      "general_device_fault_supported",
                                      "e2e_crc_supported",
                                      "multiple_bond_supported",
                                      "multiple_sessions_supported",
                                      "cgm_trend_information_supported",
                                      "cgm_quality_supported"};
constexpr unsigned kCrcSupported = 12;

}  // namespace

Result<Packet> decode_cgm_feature(Bytes packet) {
  PacketReader in(packet);
  const std::uint32_t features = in.bits("cgm_feature", 3, kBits);
  in.choices("cgm_type", kGlucoseTypes, "cgm_sample_location", kGlucoseLocations);
  if (bit(features, kCrcSupported))
    in.crc("e2e_crc");
  else
    in.u16("e2e_crc");
  return in.end();
}

}  // namespace vitald
