#include "drivers/gatt/cgm_annunciation.hpp"

namespace vitald {
namespace {

constexpr std::string_view kBits[] = {
    // Status.
    "session_stopped", "device_battery_low", "sensor_type_incorrect_for_device", "sensor_malfunction",
    "device_specific_alert", "general_device_fault", "", "",
    // Calibration and temperature.
    "time_synchronization_required", "calibration_not_allowed", "calibration_recommended", "calibration_required",
    "sensor_temperature_too_high", "sensor_temperature_too_low", "calibration_pending", "",
    // Warning.
    "sensor_result_lower_than_patient_low_level", "sensor_result_higher_than_patient_high_level",
    "sensor_result_lower_than_hypo_level", "sensor_result_higher_than_hyper_level", "sensor_rate_of_decrease_exceeded",
    "sensor_rate_of_increase_exceeded", "sensor_result_lower_than_device_can_process",
    "sensor_result_higher_than_device_can_process"};

constexpr BitQuality kQuality[] = {
    {0, quality::kQuestionable}, {2, quality::kInvalid},       {3, quality::kQuestionable}, {5, quality::kQuestionable},
    {8, quality::kClockNotSet},  {11, quality::kQuestionable}, {12, quality::kInvalid},     {13, quality::kInvalid},
    {14, quality::kCalibrating}, {22, quality::kQuestionable}, {23, quality::kQuestionable}};

}  // namespace

const Names kCgmAnnunciation = kBits;

Quality quality_of_cgm(std::uint32_t annunciation) { return quality_of(annunciation, kQuality); }

}  // namespace vitald
