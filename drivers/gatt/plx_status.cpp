#include "drivers/gatt/plx_status.hpp"

namespace vitald {
namespace {

constexpr std::string_view kMeasurementBits[] = {"",
                                                 "",
                                                 "",
                                                 "",
                                                 "",
                                                 "measurement_ongoing",
                                                 "early_estimated_data",
                                                 "validated_data",
                                                 "fully_qualified_data",
                                                 "data_from_measurement_storage",
                                                 "data_for_demonstration",
                                                 "data_for_testing",
                                                 "calibration_ongoing",
                                                 "measurement_unavailable",
                                                 "questionable_measurement_detected",
                                                 "invalid_measurement_detected"};

constexpr std::string_view kDeviceBits[] = {"extended_display_update_ongoing",
                                            "equipment_malfunction_detected",
                                            "signal_processing_irregularity_detected",
                                            "inadequate_signal_detected",
                                            "poor_signal_detected",
                                            "low_perfusion_detected",
                                            "erratic_signal_detected",
                                            "nonpulsatile_signal_detected",
                                            "questionable_pulse_detected",
                                            "signal_analysis_ongoing",
                                            "sensor_interference_detected",
                                            "sensor_unconnected_to_user",
                                            "unknown_sensor_connected",
                                            "sensor_displaced",
                                            "sensor_malfunctioning",
                                            "sensor_disconnected"};

constexpr BitQuality kMeasurementQuality[] = {
    {6, quality::kQuestionable}, {10, quality::kTest},         {11, quality::kTest},   {12, quality::kCalibrating},
    {13, quality::kInvalid},     {14, quality::kQuestionable}, {15, quality::kInvalid}};

// Bit 9, analysis ongoing, is how an oximeter that works says that it works.
constexpr BitQuality kDeviceQuality[] = {
    {0, quality::kQuestionable}, {1, quality::kQuestionable},  {2, quality::kQuestionable},
    {3, quality::kWeakSignal},   {4, quality::kWeakSignal},    {5, quality::kWeakSignal},
    {6, quality::kWeakSignal},   {7, quality::kWeakSignal},    {8, quality::kQuestionable},
    {10, quality::kWeakSignal},  {11, quality::kSensorOff},    {12, quality::kQuestionable},
    {13, quality::kSensorOff},   {14, quality::kQuestionable}, {15, quality::kSensorOff}};

}  // namespace

const Names kPlxMeasurementStatus = kMeasurementBits;
const Names kPlxDeviceAndSensorStatus = kDeviceBits;

Quality read_plx_measurement_status(PacketReader& in) {
  return quality_of(in.bits("measurement_status", 2, kPlxMeasurementStatus), kMeasurementQuality);
}

Quality read_plx_device_and_sensor_status(PacketReader& in) {
  return quality_of(in.bits("device_and_sensor_status", 3, kPlxDeviceAndSensorStatus), kDeviceQuality);
}

}  // namespace vitald
