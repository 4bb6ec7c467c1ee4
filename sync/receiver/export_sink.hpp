#pragma once

// What an export hands out, reading by reading, and what takes it. An exporter (exporter.hpp) calls series(), then that
// series' readings and columns in the order of boot and time; memory stays bounded by one batch.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "platform/model/timeline.hpp"
#include "sync/batch/body.hpp"

namespace vitald {

// The readings of one metric of one sensor of one device in one unit.
struct Series {
  std::int64_t id = 0;  // of the ledger's row
  std::string device, sensor, metric, unit;
  std::uint32_t mdc = 0;
  std::string gateway_reference = {}, sensor_reference = {};  // FHIR's, where they can be followed
};

// Which batch readings came in.
struct Origin {
  std::int64_t boot_row = 0;  // of the ledger
  BootId boot{};
  std::uint64_t epoch = 0, number = 0;
  std::optional<UtcTime> received = {};  // where it matters
};

struct ExportedReading {
  const Origin& origin;
  const DecodedReading& reading;
  RateMilliHz rate = 0;
  std::optional<UtcTime> utc;                              // nothing while the boot has no anchor
  std::size_t index = 0;                                   // in the batch, over all its columns
  std::optional<UtcTime> not_before = {}, not_after = {};  // what is sure of the time while utc is not known
};

// A column of a waveform batch, or the part of it that was asked for.
struct ExportedColumn {
  const Origin& origin;
  std::span<const DecodedReading> readings;  // at least one
  RateMilliHz rate = 0;
  const Timeline& timeline;
  std::size_t index = 0;  // of the first reading
};

class ExportSink {
 public:
  virtual ~ExportSink() = default;
  virtual void series(const Series& series) = 0;
  virtual void reading(const ExportedReading& reading) = 0;
  // Reading by reading, unless the format has something better for waveforms.
  virtual void column(const ExportedColumn& column);
};

}  // namespace vitald
