#pragma once

// Walks the ledger for an export: series by series, boot by boot, in the order of time. Readings come from the
// projection, waveforms from the stored batches, one at a time.

#include <optional>
#include <string>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "platform/sql/sql.hpp"
#include "sync/receiver/export_sink.hpp"
#include "sync/receiver/opener.hpp"

namespace vitald {

// Empty or absent = all. With a time, readings of boots without an anchor are left out: their time is not known.
struct ExportFilter {
  std::string device, metric;
  std::optional<UtcTime> from, to;  // from <= time < to
};

// In one read transaction: what arrives meanwhile is not in the export.
Result<void> export_readings(sql::Database& database, const Openers& openers, const ExportFilter& filter,
                             ExportSink& sink);

}  // namespace vitald
