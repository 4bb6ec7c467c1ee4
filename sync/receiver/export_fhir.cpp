#include "sync/receiver/export_fhir.hpp"

#include <algorithm>
#include <cctype>

#include "sync/receiver/fhir_value.hpp"

namespace vitald {
namespace {

constexpr std::string_view kCategory = "http://terminology.hl7.org/CodeSystem/observation-category";
constexpr std::string_view kPhdCategory = "http://hl7.org/fhir/uv/phd/CodeSystem/PhdObservationCategories";
constexpr std::string_view kActReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
constexpr std::string_view kGateway = "http://hl7.org/fhir/StructureDefinition/observation-gatewayDevice";
constexpr std::string_view kAbsent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
constexpr std::string_view kReadingId = "urn:vitald:reading";
constexpr std::string_view kSensorId = "urn:vitald:sensor";
constexpr std::string_view kDeviceId = "urn:vitald:device";
constexpr std::string_view kPhdId = "urn:vitald:phd";

// The blood pressure profile wants systolic and diastolic in every panel, the mean may be missing.
constexpr std::size_t kNeededComponents = 2;

// "0123456789abcdef-17-3": the epoch is random, so the id is unique over devices.
std::string reading_id(const Origin& origin, std::size_t index) {
  std::string id;
  append_hex(id, origin.epoch);
  append_number(id += '-', origin.number);
  append_number(id += '-', std::uint64_t{index});
  return id;
}

constexpr std::int64_t kYear2000 = 946'684'800;  // in seconds since 1970

// An EUI as the PHD guide writes it: hex capitals without separators; another id as it is.
std::string device_part(const std::string& sensor) {
  std::string digits;
  for (const char c : sensor)
    if (c != ':' && c != '-') digits += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const bool eui =
      (digits.size() == 12 || digits.size() == 16) && digits.find_first_not_of("0123456789ABCDEF") == digits.npos;
  return eui ? digits : sensor;
}

// Seconds since 2000 on the sensor's own clock, with as many digits as it has.
std::string timestamp_part(const DeviceTime& time) {
  const std::int64_t us = time.us - kYear2000 * 1'000'000;
  return us % 1'000'000 == 0 ? std::to_string(us / 1'000'000) : Decimal(us, -6).text();
}

void category(JsonText& json, std::string_view system, std::string_view code, std::string_view display) {
  json.object().key("coding").array();
  fhir_coding(json, system, code, display);
  json.end_array().end_object();
}

void device_reference(JsonText& json, const std::string& reference, std::string_view system, std::string_view id) {
  json.object();
  if (!reference.empty()) json.member("reference", reference);
  json.member("type", "Device").key("identifier").object();
  json.member("system", system).member("value", id).end_object().end_object();
}

}  // namespace

std::optional<std::size_t> panel_position(std::string_view metric) {
  const auto found = std::ranges::find(kPanelMetrics, metric);
  if (found == std::end(kPanelMetrics)) return std::nullopt;
  return static_cast<std::size_t>(found - std::begin(kPanelMetrics));
}

FhirSink::FhirSink(TextOutput& output, Subjects subjects, Panels& panels)
    : output_(output), json_(output.text()), subjects_(std::move(subjects)), panels_(panels) {}

void FhirSink::series(const Series& series) { series_ = series; }

void FhirSink::reading(const ExportedReading& reading) {
  if (const auto position = panel_position(series_.metric)) {
    const PanelReadings components = panels_.at(series_, reading);
    const auto leader = std::ranges::find_if(components, [](const auto& component) { return component.has_value(); });
    if (leader == components.begin() + static_cast<std::ptrdiff_t>(*position)) panel(reading, components);
    return;
  }
  head(reading.origin, reading.index, reading.reading, series_.mdc, reading.utc);
  fhir_code(json_, series_.metric, series_.mdc);
  subject_and_device();
  effective(reading.utc);
  fhir_value(json_, series_.metric, series_.unit, reading.reading);
  json_.end_object();
  output_.line();
}

void FhirSink::column(const ExportedColumn& column) {
  if (column.rate == 0) return ExportSink::column(column);
  sampled_data(column);
}

void FhirSink::head(const Origin& origin, std::size_t index, const DecodedReading& first, std::uint32_t mdc,
                    std::optional<UtcTime> utc) {
  const std::string id = reading_id(origin, index);
  subject_ = subjects_.of(series_, utc);
  json_.object().member("resourceType", "Observation").member("id", id);
  meta(origin, first.quality);
  json_.key("extension").array().object().member("url", kGateway).key("valueReference");
  device_reference(json_, series_.gateway_reference, kDeviceId, series_.device);
  json_.end_object().end_array();
  identifiers(id, first, mdc);
  json_.member("status", "final").key("category").array();
  category(json_, kCategory, "vital-signs", "Vital Signs");
  category(json_, kPhdCategory, "phd", "");
  json_.end_array();
}

void FhirSink::meta(const Origin& origin, Quality quality) {
  const bool test = quality & quality::kTest;
  if (!test && !origin.received) return;
  json_.key("meta").object();
  if (origin.received) {
    std::string time;
    append_utc(time, *origin.received);
    json_.member("lastUpdated", time);
  }
  if (test) {
    json_.key("security").array();
    fhir_coding(json_, kActReason, "HTEST");
    json_.end_array();
  }
  json_.end_object();
}

// Ours; and where the sensor has its own clock the PHD guide's, which is the same whichever device fetched the reading.
void FhirSink::identifiers(const std::string& id, const DecodedReading& first, std::uint32_t mdc) {
  json_.key("identifier").array();
  json_.object().member("system", kReadingId).member("value", series_.device + "-" + id).end_object();
  if (first.device_time && mdc != 0) {
    const std::string subject = subject_.substr(subject_.rfind('/') + 1);
    json_.object().member("system", kPhdId);
    json_.member("value", device_part(series_.sensor) + "-" + subject + "-" + std::to_string(mdc) + "-" +
                              timestamp_part(*first.device_time));
    json_.end_object();
  }
  json_.end_array();
}

void FhirSink::subject_and_device() {
  if (!subject_.empty()) json_.key("subject").object().member("reference", subject_).end_object();
  device_reference(json_.key("device"), series_.sensor_reference, kSensorId, series_.device + "/" + series_.sensor);
}

// A time that is not known is said so, never guessed: the profile wants the element.
void FhirSink::effective(std::optional<UtcTime> utc) {
  if (utc) {
    std::string time;
    append_utc(time, *utc);
    json_.member("effectiveDateTime", time);
    return;
  }
  json_.key("_effectiveDateTime").object().key("extension").array().object();
  json_.member("url", kAbsent).member("valueCode", "unknown").end_object().end_array().end_object();
}

void FhirSink::effective(UtcTime first, UtcTime last) {
  std::string start, end;
  append_utc(start, first);
  append_utc(end, last);
  json_.key("effectivePeriod").object().member("start", start).member("end", end).end_object();
}

void FhirSink::panel(const ExportedReading& reading, const PanelReadings& components) {
  const Metric* whole = find_metric(kPanelMetric);
  head(reading.origin, reading.index, reading.reading, whole ? whole->mdc : 0, reading.utc);
  fhir_code(json_, kPanelMetric, whole ? whole->mdc : 0);
  subject_and_device();
  effective(reading.utc);
  json_.key("component").array();
  for (std::size_t i = 0; i < components.size(); ++i) {
    if (!components[i] && i >= kNeededComponents) continue;
    const Metric* part = find_metric(kPanelMetrics[i]);
    json_.object();
    fhir_code(json_, kPanelMetrics[i], part ? part->mdc : 0);
    if (components[i]) fhir_value(json_, kPanelMetrics[i], series_.unit, *components[i]);
    if (!components[i]) fhir_absent(json_, "unknown");
    json_.end_object();
  }
  json_.end_array().end_object();
  output_.line();
}

void FhirSink::sampled_data(const ExportedColumn& column) {
  const auto first = column.timeline.utc(column.readings.front().time);
  const auto last = column.timeline.utc(column.readings.back().time);
  head(column.origin, column.index, column.readings.front(), series_.mdc,
       first ? std::optional(first->time) : std::nullopt);
  fhir_code(json_, series_.metric, series_.mdc);
  subject_and_device();
  if (first && last) effective(first->time, last->time);
  if (!first || !last) effective(std::nullopt);
  fhir_samples(json_, series_.unit, column.rate, column.readings);
  json_.end_object();
  output_.line();
}

}  // namespace vitald
