#pragma once

// Where a series has no readings, and why. Three states that are never mixed up: the device said that they are lost;
// batches that may hold them were given out and have not come; or there is nothing that could come: no data.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "platform/sql/sql.hpp"

namespace vitald {

enum class GapState { lost_on_the_device, not_yet_arrived, no_data };

constexpr std::string_view name(GapState state) {
  constexpr std::string_view kNames[] = {"lost on the device", "not yet arrived", "no data"};
  return kNames[static_cast<int>(state)];
}

struct Gap {
  std::string device, sensor, metric;
  BootId boot{};
  BootTime from, to;  // without a reading; what is at both ends is a reading, or the end of what is known of the boot
  std::optional<UtcTime> from_utc, to_utc;
  GapState state = GapState::no_data;
  std::string reason;  // of a loss
};

struct GapQuery {
  std::string device, metric;  // "" = all
  std::chrono::seconds longer{60};
};

// Within each boot, gaps that are longer than that.
Result<void> find_gaps(sql::Database& database, const GapQuery& query, const std::function<void(const Gap&)>& found);

}  // namespace vitald
