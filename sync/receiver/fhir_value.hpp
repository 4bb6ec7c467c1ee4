#pragma once

// The parts of an Observation that say what was measured: its code and its value.

#include <span>
#include <string>

#include "platform/model/metric.hpp"
#include "sync/batch/body.hpp"
#include "sync/receiver/export_sink.hpp"
#include "sync/receiver/json_text.hpp"

namespace vitald {

// "code": MDC and LOINC codings of the metric; for a metric without an MDC code, a coding of our own system.
void fhir_code(JsonText& json, std::string_view metric, std::uint32_t mdc);

// "value[x]" or "dataAbsentReason", and "interpretation" where the sensor doubts it.
void fhir_value(JsonText& json, std::string_view metric, std::string_view unit, const DecodedReading& reading);

// "dataAbsentReason" alone.
void fhir_absent(JsonText& json, std::string_view reason);

// "valueSampledData" of equally spaced samples of one exponent.
void fhir_samples(JsonText& json, std::string_view unit, RateMilliHz rate, std::span<const DecodedReading> samples);

void fhir_coding(JsonText& json, std::string_view system, std::string_view code, std::string_view display = {});

}  // namespace vitald
