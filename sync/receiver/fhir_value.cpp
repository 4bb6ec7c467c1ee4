#include "sync/receiver/fhir_value.hpp"

#include <algorithm>
#include <charconv>

#include "sync/receiver/export_text.hpp"

namespace vitald {
namespace {

constexpr std::string_view kMdc = "urn:iso:std:iso:11073:10101";
constexpr std::string_view kLoinc = "http://loinc.org";
constexpr std::string_view kUcum = "http://unitsofmeasure.org";
constexpr std::string_view kOwnMetric = "urn:vitald:metric";
constexpr std::string_view kBeatAnnotation = "urn:vitald:beat-annotation";
constexpr std::string_view kAbsentReason = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
constexpr std::string_view kMeasurementStatus = "http://hl7.org/fhir/uv/pocd/CodeSystem/measurement-status";

// FHIR has no word of its own for a value that the sensor cannot resolve.
std::string_view absent_reason(Special special) {
  switch (special) {
    case Special::not_a_number:
      return "not-a-number";
    case Special::positive_infinity:
      return "positive-infinity";
    case Special::negative_infinity:
      return "negative-infinity";
    default:
      return "error";
  }
}

bool is_event(std::string_view metric) {
  const Metric* known = find_metric(metric);
  return known && known->unit == "1" && known->low == 0 && known->high == 1;
}

bool is_zero_or_one(const Decimal& value) {
  return value.exponent() == 0 && (value.mantissa() == 0 || value.mantissa() == 1);
}

void quantity(JsonText& json, std::string_view value, std::string_view unit) {
  json.object().raw_member("value", value).member("unit", unit).member("system", kUcum).member("code", unit);
  json.end_object();
}

void concept_value(JsonText& json, std::string_view system, const Decimal& value) {
  json.key("valueCodeableConcept").object().key("coding").array();
  fhir_coding(json, system, value.text());
  json.end_array().end_object();
}

void value(JsonText& json, std::string_view metric, std::string_view unit, const Decimal& value) {
  if (metric == "meal_context") return concept_value(json, kMdc, value);
  if (metric == "beat_annotation") return concept_value(json, kBeatAnnotation, value);
  if (is_event(metric) && is_zero_or_one(value)) {
    json.raw_member("valueBoolean", value.mantissa() == 1 ? "true" : "false");
    return;
  }
  quantity(json.key("valueQuantity"), value.text(), unit);
}

void interpretation(JsonText& json, Quality quality) {
  const bool calibrating = quality & quality::kCalibrating;
  const bool doubted = quality & (quality::kQuestionable | quality::kOutOfRange | quality::kSensorOff |
                                  quality::kMotion | quality::kWeakSignal);
  if (!calibrating && !doubted) return;
  json.key("interpretation").array().object().key("coding").array();
  if (doubted) fhir_coding(json, kMeasurementStatus, "questionable", "Questionable");
  if (calibrating) fhir_coding(json, kMeasurementStatus, "calibration-ongoing", "Calibration ongoing");
  json.end_array().end_object().end_array();
}

// Milliseconds between samples, to a picosecond.
std::string period_ms(RateMilliHz rate) {
  char text[32];
  const auto [end, errc] =
      std::to_chars(text, text + sizeof(text), 1e6 / static_cast<double>(rate), std::chars_format::fixed, 9);
  std::string period(text, errc == std::errc() ? end : text);
  period.erase(period.find_last_not_of('0') + 1);
  if (period.ends_with('.')) period.pop_back();
  return period;
}

int exponent(std::span<const DecodedReading> samples) {
  const auto number = std::ranges::find_if(samples, [](const auto& sample) { return sample.value.is_number(); });
  return number == samples.end() ? 0 : number->value.exponent();
}

// R4's SampledData: E no value, U above what can be measured, L below.
void append_sample(std::string& data, const DecodedReading& sample) {
  if (!data.empty()) data += ' ';
  if (sample.value.special() == Special::positive_infinity) {
    data += 'U';
  } else if (sample.value.special() == Special::negative_infinity) {
    data += 'L';
  } else if (!sample.value.is_number() || sample.quality & quality::kInvalid) {
    data += 'E';
  } else {
    append_number(data, sample.value.mantissa());
  }
}

}  // namespace

void fhir_coding(JsonText& json, std::string_view system, std::string_view code, std::string_view display) {
  json.object().member("system", system).member("code", code);
  if (!display.empty()) json.member("display", display);
  json.end_object();
}

void fhir_code(JsonText& json, std::string_view metric, std::uint32_t mdc) {
  const Metric* known = find_metric(metric);
  json.key("code").object().key("coding").array();
  if (mdc != 0) fhir_coding(json, kMdc, std::to_string(mdc), known && known->mdc == mdc ? known->refid : "");
  if (mdc == 0) fhir_coding(json, kOwnMetric, metric);
  if (known && !known->loinc.empty()) fhir_coding(json, kLoinc, known->loinc);
  if (known && !known->loinc_group.empty()) fhir_coding(json, kLoinc, known->loinc_group);
  json.end_array().member("text", known ? known->title : metric).end_object();
}

void fhir_value(JsonText& json, std::string_view metric, std::string_view unit, const DecodedReading& reading) {
  if (!reading.value.is_number()) return fhir_absent(json, absent_reason(reading.value.special()));
  if (reading.quality & quality::kInvalid) return fhir_absent(json, "error");
  value(json, metric, unit, reading.value);
  interpretation(json, reading.quality);
}

void fhir_absent(JsonText& json, std::string_view reason) {
  json.key("dataAbsentReason").object().key("coding").array();
  fhir_coding(json, kAbsentReason, reason);
  json.end_array().end_object();
}

void fhir_samples(JsonText& json, std::string_view unit, RateMilliHz rate, std::span<const DecodedReading> samples) {
  const int power = exponent(samples);
  json.key("valueSampledData").object();
  quantity(json.key("origin"), "0", unit);
  json.raw_member("period", period_ms(rate));
  if (power != 0) json.raw_member("factor", Decimal(1, power).text());
  json.raw_member("dimensions", "1");
  std::string data;
  for (const DecodedReading& sample : samples) append_sample(data, sample);
  json.member("data", data).end_object();
}

}  // namespace vitald
