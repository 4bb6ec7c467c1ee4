#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>

#include "platform/model/metric.hpp"
#include "tests/unit/platform/model/mdc_codes.hpp"

using namespace vitald;

namespace {

using Keys = std::set<std::string_view>;

bool snake_case(std::string_view key) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return std::ranges::all_of(key, allowed) && key.front() != '_' && key.back() != '_';
}

// Every unit the catalogue may use, in UCUM's case-sensitive spelling.
const Keys kUnits = {"%",      "/min", "1",     "Cel", "L",     "L/min",   "Ohm",       "cm",  "kJ",
                     "kcal",   "kg",   "kg/m2", "m",   "m/s2",  "mV",      "mg/dL",     "min", "mm[Hg]",
                     "mmol/L", "ms",   "s",     "V",   "{INR}", "{steps}", "{unitless}"};

// LOINC's check digit: from the right, every second digit counts double as the odd positions read as one number.
char loinc_check_digit(std::string_view number) {
  int sum = 0;
  bool doubled = true;
  for (auto digit = number.rbegin(); digit != number.rend(); ++digit, doubled = !doubled) {
    const int value = (*digit - '0') * (doubled ? 2 : 1);
    sum += value / 10 + value % 10;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

bool valid_loinc(std::string_view code) {
  const std::size_t dash = code.find('-');
  return dash != std::string_view::npos && dash > 0 && code.size() == dash + 2 &&
         std::ranges::all_of(code.substr(0, dash), [](char c) { return c >= '0' && c <= '9'; }) &&
         loinc_check_digit(code.substr(0, dash)) == code.back();
}

std::map<std::string_view, std::uint32_t> codes_by_refid() {
  std::map<std::string_view, std::uint32_t> codes;
  for (const auto& [refid, partition, term] : mdc_codes()) codes[refid] = partition * 65536 + term;
  return codes;
}

}  // namespace

TEST_CASE("every metric is found by its key") {
  for (const Metric& metric : catalogue()) CHECK(find_metric(metric.key) == &metric);
  for (const auto* key : {"", "a", "heart_rat", "heart_rates", "Heart_rate", "zzz"}) CHECK(find_metric(key) == nullptr);
}

TEST_CASE("the keys that configurations and stored batches use are there") {
  for (const auto* key : {"acceleration_x",
                          "arterial_pressure_waveform",
                          "battery_level",
                          "beat_annotation",
                          "bed_exit",
                          "bed_occupancy",
                          "blood_pressure_diastolic",
                          "blood_pressure_systolic",
                          "body_temperature",
                          "clock_utc",
                          "ecg_lead_i",
                          "ecg_lead_ii",
                          "ecg_lead_mcl1",
                          "ecg_lead_v",
                          "ecg_lead_v5",
                          "fall",
                          "heart_rate",
                          "impedance_respiration_waveform",
                          "oxygen_saturation",
                          "pleth_waveform",
                          "pulse_rate_oximeter",
                          "respiration_rate",
                          "skin_temperature",
                          "sos",
                          "steps"}) {
    INFO(key);
    CHECK(find_metric(key) != nullptr);
  }
}

TEST_CASE("keys are snake case, different and ordered; titles are different") {
  Keys titles;
  std::string_view previous;
  for (const Metric& metric : catalogue()) {
    INFO(metric.key);
    CHECK(snake_case(metric.key));
    CHECK(previous < metric.key);
    CHECK(titles.insert(metric.title).second);
    CHECK_FALSE(metric.title.empty());
    previous = metric.key;
  }
}

TEST_CASE("every MDC code is its partition times 65536 plus its term") {
  const auto codes = codes_by_refid();
  REQUIRE(codes.size() == mdc_codes().size());
  for (const Metric& metric : catalogue()) {
    INFO(metric.key << " " << metric.refid);
    CHECK((metric.mdc == 0) == metric.refid.empty());
    if (metric.mdc == 0) continue;
    REQUIRE(codes.contains(metric.refid));
    CHECK(metric.mdc == codes.at(metric.refid));
  }
}

TEST_CASE("the table of terms has none that the catalogue does not use") {
  for (const auto& code : mdc_codes()) {
    INFO(code.refid);
    CHECK(std::ranges::count(catalogue(), code.refid, &Metric::refid) > 0);
  }
}

TEST_CASE("respiration by impedance is not mistaken for airway respiration") {
  CHECK(find_metric("respiration_rate_impedance")->mdc == 151578);
}

TEST_CASE("only metrics that the standard tells apart by location share code and unit") {
  std::map<std::pair<std::uint32_t, std::string_view>, Keys> users;
  for (const Metric& metric : catalogue())
    if (metric.mdc != 0) users[{metric.mdc, metric.unit}].insert(metric.key);
  for (const auto& [code, keys] : users) {
    INFO(code.first << " " << *keys.begin());
    CHECK((keys.size() == 1 || keys == Keys{"bed_occupancy", "chair_occupancy"}));
  }
}

TEST_CASE("only metrics without a standard code are private") {
  Keys found;
  for (const Metric& metric : catalogue())
    if (metric.mdc == 0) found.insert(metric.key);
  CHECK(found == Keys{"abnormal_struggle",
                      "ballistocardiogram_waveform",
                      "battery_voltage",
                      "beat_annotation",
                      "bed_exit",
                      "body_movement",
                      "clock_utc",
                      "device_temperature",
                      "door_open",
                      "ecg_quality",
                      "external_power",
                      "heart_rate_radar",
                      "heart_rate_variability_sdnn",
                      "heartbeat_radar_waveform",
                      "long_absence",
                      "presence",
                      "pulse_diagnosis_waveform",
                      "respiration_quality",
                      "respiration_radar_waveform",
                      "respiration_waveform",
                      "sensor_clock_offset",
                      "sensor_offline",
                      "sensor_packet",
                      "sleep_stage",
                      "target_distance"});
}

TEST_CASE("units are UCUM") {
  Keys used;
  for (const Metric& metric : catalogue()) {
    INFO(metric.key);
    CHECK(kUnits.contains(metric.unit));
    used.insert(metric.unit);
  }
  CHECK(used == kUnits);
}

TEST_CASE("the LOINC check digit is computed as LOINC does") {
  for (const auto* code : {"8867-4", "2708-6", "8310-5", "85354-9", "29463-7"}) CHECK(valid_loinc(code));
  for (const auto* code : {"8867-5", "8876-4", "", "-", "4", "88674", "8867-", "8867-44", "88a7-4"})
    CHECK_FALSE(valid_loinc(code));
}

TEST_CASE("every LOINC code has the right check digit") {
  for (const Metric& metric : catalogue()) {
    INFO(metric.key);
    if (metric.loinc.empty())
      CHECK_FALSE(metric.loinc_verified);
    else
      CHECK(valid_loinc(metric.loinc));
  }
}

TEST_CASE("FHIR's group code is there exactly where it differs") {
  for (const Metric& metric : catalogue()) {
    INFO(metric.key);
    CHECK((metric.loinc_group.empty() || metric.loinc_group != metric.loinc));
    const bool temperature = metric.key.starts_with("body_temperature_") || metric.key == "skin_temperature";
    const std::string_view expected = temperature ? "8310-5" : metric.key == "oxygen_saturation" ? "2708-6" : "";
    CHECK(metric.loinc_group == expected);
  }
}

TEST_CASE("only what has no physical range lacks one") {
  for (const Metric& metric : catalogue()) {
    INFO(metric.key);
    if (metric.low > metric.high)
      CHECK((metric.low == 1 && metric.high == 0));
    else
      CHECK(metric.low < metric.high);
    if (metric.class_ == Class::alarm) CHECK((metric.low == 0 && metric.high == 1 && metric.unit == "1"));
  }
}

TEST_CASE("a value is in range between low and high, both included") {
  const Metric& heart_rate = *find_metric("heart_rate");
  CHECK(heart_rate.in_range(20));
  CHECK(heart_rate.in_range(300));
  CHECK_FALSE(heart_rate.in_range(19.9));
  CHECK_FALSE(heart_rate.in_range(301));
  CHECK(find_metric("pleth_waveform")->in_range(-1e9));
}

TEST_CASE("alarms are what someone must come for") {
  Keys alarms;
  for (const Metric& metric : catalogue())
    if (metric.class_ == Class::alarm) alarms.insert(metric.key);
  CHECK(alarms == Keys{"abnormal_struggle", "bed_exit", "carbon_monoxide", "enuresis", "fall", "gas", "long_absence",
                       "property_exit", "sensor_offline", "smoke", "sos", "water"});
}

TEST_CASE("everything sampled is a waveform") {
  for (const Metric& metric : catalogue()) {
    INFO(metric.key);
    const bool sampled = metric.key.ends_with("_waveform") || metric.key.starts_with("ecg_lead_") ||
                         metric.key.starts_with("acceleration_");
    CHECK((metric.class_ == Class::waveform) == sampled);
  }
}

TEST_CASE("classes have their names") {
  CHECK(name(Class::alarm) == "alarm");
  CHECK(name(Class::vital) == "vital");
  CHECK(name(Class::waveform) == "waveform");
}
