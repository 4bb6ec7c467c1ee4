#pragma once

// The metrics that a simulated resident's sensors measure, looked up in the catalogue once.

#include "platform/model/metric.hpp"
#include "platform/model/result.hpp"

namespace vitald {

// Each member is named as its key.
struct SimulatedMetrics {
  const Metric *ecg_lead_ii, *heart_rate, *pleth_waveform, *oxygen_saturation, *pulse_rate_oximeter, *respiration_rate,
      *skin_temperature, *steps, *battery_level, *blood_pressure_systolic, *blood_pressure_diastolic,
      *blood_pressure_mean, *pulse_rate_cuff, *glucose_capillary_whole_blood, *sos, *fall, *bed_occupancy, *bed_exit;
};

// Fails when the catalogue lacks one, naming it.
Result<SimulatedMetrics> simulated_metrics();

}  // namespace vitald
