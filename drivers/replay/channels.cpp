#include "drivers/replay/channels.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <iterator>

namespace vitald {
namespace {

struct Known {
  std::string_view name, metric;
};

// Signal names as PhysioNet's recordings use them, in capitals.
constexpr Known kKnown[] = {
    {"I", "ecg_lead_i"},
    {"II", "ecg_lead_ii"},
    {"III", "ecg_lead_iii"},
    {"MLI", "ecg_lead_i"},
    {"MLII", "ecg_lead_ii"},
    {"MLIII", "ecg_lead_iii"},
    {"AVR", "ecg_lead_avr"},
    {"AVL", "ecg_lead_avl"},
    {"AVF", "ecg_lead_avf"},
    {"V", "ecg_lead_v"},
    {"V1", "ecg_lead_v1"},
    {"V2", "ecg_lead_v2"},
    {"V3", "ecg_lead_v3"},
    {"V4", "ecg_lead_v4"},
    {"V5", "ecg_lead_v5"},
    {"V6", "ecg_lead_v6"},
    {"MCL1", "ecg_lead_mcl1"},
    {"PLETH", "pleth_waveform"},
    {"PPG", "pleth_waveform"},
    {"ABP", "arterial_pressure_waveform"},
    {"ART", "arterial_pressure_waveform"},
    {"RESP", "impedance_respiration_waveform"},
    {"BCG", "ballistocardiogram_waveform"},
    {"HR", "heart_rate"},
    {"PULSE", "pulse_rate_oximeter"},
    {"SPO2", "oxygen_saturation"},
};

struct UnitPower {
  std::string_view header, ucum;
  int power;
};

// Units as WFDB headers write them, and the power of ten to the catalogue's.
constexpr UnitPower kUnits[] = {
    {"mV", "mV", 0},     {"uV", "mV", -3},   {"V", "mV", 3},          {"nV", "mV", -6},    {"mmHg", "mm[Hg]", 0},
    {"%", "%", 0},       {"bpm", "/min", 0}, {"BPM", "/min", 0},      {"/min", "/min", 0}, {"m/s^2", "m/s2", 0},
    {"m/s2", "m/s2", 0}, {"degC", "Cel", 0}, {"mm[Hg]", "mm[Hg]", 0},
};

std::string capitals(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (result.starts_with("ECG LEAD ")) result.erase(0, 9);
  return result;
}

}  // namespace

void SignalSettings::declare(config::Declaration& d) {
  d.text("name", name,
         "The signal's description in the WFDB header, or the column's name in the table's first row; \"#2\" is the "
         "second column.");
  d.required("name");
  d.text("metric", metric,
         "Key of the metric it measures; empty: as its name tells (MLII, V5, PLETH, ABP, RESP, ...).");
  d.rule(metric.empty() || find_metric(metric), "metric must be a key of the catalogue");
  d.boolean("skip", skip, "Leave this signal out.");
  d.number("scale", scale, {-1e9, 1e9},
           "Values times this are in the metric's unit. Other than 1, a WFDB header's unit is not looked at.");
  d.rule(scale != 0, "scale must not be 0");
  d.integer("decimals", decimals, {0, 12}, "Digits after the point that a table's values are padded to at least.");
}

Result<const Metric*> metric_of_signal(const std::string& name, const SignalSettings* settings) {
  const Metric* set = settings ? find_metric(settings->metric) : nullptr;
  if (set) return set;
  const auto known = std::ranges::find(kKnown, capitals(name), &Known::name);
  const Metric* metric = known == std::end(kKnown) ? nullptr : find_metric(known->metric);
  if (metric) return metric;
  return Error(Code::invalid,
               "signal " + name + ": what it measures is not known; name its metric in \"signals\", or skip it");
}

Result<int> unit_power(std::string_view header_unit, const Metric& metric) {
  if (metric.unit == "{unitless}" || metric.unit == "1") return 0;
  for (const UnitPower& known : kUnits)
    if (known.header == header_unit && known.ucum == metric.unit) return known.power;
  return Error(Code::invalid, "is in " + std::string(header_unit) + ", but " + std::string(metric.key) + " is in " +
                                  std::string(metric.unit) + "; set its scale");
}

int exponent_for(double step) {
  int exponent = Decimal::kMaxExponent;
  while (exponent > Decimal::kMinExponent && std::pow(10.0, exponent) >= step / 4) --exponent;
  return exponent;
}

Result<void> ChannelSensors::assign(const std::vector<Channel*>& channels) {
  for (Channel* channel : channels) {
    const auto same_metric = [&](const Channel* other) { return other->metric == channel->metric; };
    const auto same = [&](const Channel* other) { return same_metric(other) && other->name == channel->name; };
    if (std::ranges::count_if(channels, same) > 1)
      return Error(Code::invalid, "two signals " + channel->name + " with the same metric");
    if (std::ranges::count_if(channels, same_metric) > 1) {
      sensors_.push_back({own()->id + "/" + channel->name, {}});
      channel->sensor = &sensors_.back();
    } else {
      channel->sensor = own();
    }
  }
  return {};
}

std::vector<const Sensor*> ChannelSensors::all() const {
  std::vector<const Sensor*> all;
  for (const Sensor& sensor : sensors_) all.push_back(&sensor);
  return all;
}

}  // namespace vitald
