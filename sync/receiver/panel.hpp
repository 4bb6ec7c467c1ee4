#pragma once

// Blood pressure is three metrics and one Observation: which readings belong to one panel.

#include <array>
#include <optional>
#include <string_view>

#include "sync/receiver/export_sink.hpp"

namespace vitald {

// In the order of a panel's components. The first that is there leads the panel; the others are not exported alone.
constexpr std::string_view kPanelMetrics[] = {"blood_pressure_systolic", "blood_pressure_diastolic",
                                              "blood_pressure_mean"};
constexpr std::string_view kPanelMetric = "blood_pressure";

using PanelReadings = std::array<std::optional<DecodedReading>, std::size(kPanelMetrics)>;

class Panels {
 public:
  virtual ~Panels() = default;
  // The readings of these metrics of the series' sensor at the reading's instant.
  virtual PanelReadings at(const Series& series, const ExportedReading& reading) = 0;
};

// Position in kPanelMetrics; nullopt: not part of a panel.
std::optional<std::size_t> panel_position(std::string_view metric);

}  // namespace vitald
