#pragma once

// FHIR R4 Observations, one a line. Rules: the Personal Health Device guide's codes (MDC beside LOINC), FHIR's
// vital-signs profile, values with the precision they were measured with. docs/receive.md shows one of each shape.
//
//   reading            valueQuantity in UCUM; events valueBoolean; codes valueCodeableConcept
//   blood pressure     one panel (85354-9) of systolic, diastolic and mean of the same sensor and instant
//   waveform column    valueSampledData, integers with a factor
//   special or invalid dataAbsentReason instead of a value

#include <optional>

#include "sync/receiver/export_sink.hpp"
#include "sync/receiver/export_text.hpp"
#include "sync/receiver/json_text.hpp"
#include "sync/receiver/panel.hpp"
#include "sync/receiver/subjects.hpp"

namespace vitald {

class FhirSink : public ExportSink {
 public:
  // panels finds the other components of a panel.
  FhirSink(TextOutput& output, Subjects subjects, Panels& panels);
  void series(const Series& series) override;
  void reading(const ExportedReading& reading) override;
  void column(const ExportedColumn& column) override;

 private:
  void head(const Origin& origin, std::size_t index, const DecodedReading& first, std::uint32_t mdc,
            std::optional<UtcTime> utc);
  void meta(const Origin& origin, Quality quality);
  void identifiers(const std::string& id, const DecodedReading& first, std::uint32_t mdc);
  void subject_and_device();
  void effective(std::optional<UtcTime> utc);
  void effective(UtcTime first, UtcTime last);
  void panel(const ExportedReading& reading, const PanelReadings& components);
  void sampled_data(const ExportedColumn& column);

  TextOutput& output_;
  JsonText json_;
  Subjects subjects_;
  Panels& panels_;
  Series series_;
  std::string subject_;  // of the present Observation
};

}  // namespace vitald
