#pragma once

// When the boots of a device were, as far as it is sure. A boot with anchors is synchronised: its timeline says the
// time of each reading. One that never synchronised is bounded: it was after the boot before it and before the boot
// after it (in the order in which the device began their epochs), and no reading was measured after it had come here.
// It is never guessed to a point.

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "platform/model/result.hpp"
#include "platform/model/timeline.hpp"
#include "platform/sql/sql.hpp"

namespace vitald {

struct BootSpan {
  Timeline timeline;
  std::optional<BootTime> first, last;  // readings
  std::optional<UtcTime> not_before;    // of any reading, where there is no anchor
  std::optional<UtcTime> start_by;      // the boot clock's zero was no later than that

  bool synchronised() const { return !timeline.anchors().empty(); }
  // Bounds of a reading's time; equal where it is known.
  std::optional<UtcTime> earliest(BootTime time) const;
  std::optional<UtcTime> latest(BootTime time) const;
};

// By the boot's row.
Result<std::map<std::int64_t, BootSpan>> boot_spans(sql::Database& database, std::int64_t device);

}  // namespace vitald
