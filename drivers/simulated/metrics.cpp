#include "drivers/simulated/metrics.hpp"

namespace vitald {
namespace {

struct Wanted {
  std::string_view key;
  const Metric* SimulatedMetrics::*member;
};

using M = SimulatedMetrics;

constexpr Wanted kWanted[] = {
    {"ecg_lead_ii", &M::ecg_lead_ii},
    {"heart_rate", &M::heart_rate},
    {"pleth_waveform", &M::pleth_waveform},
    {"oxygen_saturation", &M::oxygen_saturation},
    {"pulse_rate_oximeter", &M::pulse_rate_oximeter},
    {"respiration_rate", &M::respiration_rate},
    {"skin_temperature", &M::skin_temperature},
    {"steps", &M::steps},
    {"battery_level", &M::battery_level},
    {"blood_pressure_systolic", &M::blood_pressure_systolic},
    {"blood_pressure_diastolic", &M::blood_pressure_diastolic},
    {"blood_pressure_mean", &M::blood_pressure_mean},
    {"pulse_rate_cuff", &M::pulse_rate_cuff},
    {"glucose_capillary_whole_blood", &M::glucose_capillary_whole_blood},
    {"sos", &M::sos},
    {"fall", &M::fall},
    {"bed_occupancy", &M::bed_occupancy},
    {"bed_exit", &M::bed_exit},
};

}  // namespace

Result<SimulatedMetrics> simulated_metrics() {
  SimulatedMetrics metrics{};
  for (const Wanted& wanted : kWanted) {
    metrics.*wanted.member = find_metric(wanted.key);
    if (!(metrics.*wanted.member))
      return Error(Code::not_found, "the metric catalogue has no '" + std::string(wanted.key) + "'");
  }
  return metrics;
}

}  // namespace vitald
