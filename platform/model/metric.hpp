#pragma once

// The metric catalogue: what can be measured, in which unit, under which standard codes. Data, not code: catalogue.def.

#include <cstdint>
#include <span>
#include <string_view>

namespace vitald {

// How fast a reading commits, how it is sent, what is evicted first. The numbers are part of the wire contract.
enum class Class : std::uint8_t { alarm = 1, vital = 2, waveform = 3 };

constexpr Class kClasses[] = {Class::alarm, Class::vital, Class::waveform};

constexpr std::string_view name(Class c) {
  return c == Class::alarm ? "alarm" : c == Class::vital ? "vital" : "waveform";
}

struct Metric {
  std::string_view key;          // ours, stable, snake_case: "heart_rate"
  std::string_view title;        // for people: "Heart rate, ECG"
  std::string_view unit;         // UCUM
  std::uint32_t mdc;             // IEEE 11073-10101, partition x 65536 + term; 0 = none (private)
  std::string_view refid;        // its reference id, "" = none
  std::string_view loinc;        // "" = none
  bool loinc_verified;           // seen in a published source; false: to be checked before it is relied on
  std::string_view loinc_group;  // FHIR's vital-signs code where it differs: 2708-6 for SpO2, 8310-5 for temperatures
  double low, high;              // physical range, in `unit`; low > high = no range
  Class class_;

  bool in_range(double value) const { return low > high || (low <= value && value <= high); }
};

// All metrics, ordered by key.
std::span<const Metric> catalogue();
// nullptr when there is none.
const Metric* find_metric(std::string_view key);

}  // namespace vitald
