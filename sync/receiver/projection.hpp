#pragma once

// What is derived from a batch's body, in the transaction that stores the batch: rows of its readings, or of its
// waveform columns; the boot's anchors; loss records.

#include <cstdint>
#include <string_view>
#include <vector>

#include "platform/model/result.hpp"
#include "platform/model/timeline.hpp"
#include "platform/storage/database.hpp"
#include "sync/batch/body.hpp"
#include "sync/batch/envelope.hpp"

namespace vitald {

// An anchor that is itself a reading: UTC in seconds at the reading's instant.
constexpr std::string_view kClockMetric = "clock_utc";

class Projection {
 public:
  static Result<Projection> open(Database& database);

  // The ledger's row of that boot, made when it is new.
  Result<std::int64_t> boot(std::int64_t device, const BootId& boot);

  struct Place {
    std::int64_t device, boot, batch;  // rows of the ledger
    Class class_;
  };
  Result<void> add(const Place& place, const DecodedBody& body);

 private:
  explicit Projection(std::vector<Statement> statements) : statements_(std::move(statements)) {}

  Result<std::int64_t> series(std::int64_t device, const DecodedColumn& column);
  Result<void> add_readings(const Place& place, const DecodedColumn& column, std::size_t position);
  Result<void> add_waveform(const Place& place, const DecodedColumn& column, std::size_t position);
  Result<void> add_anchor(const Place& place, const Anchor& anchor);
  Result<void> add_clock_readings(const Place& place, const DecodedColumn& column);
  Result<void> add_loss(const Place& place, const Loss& loss);

  std::vector<Statement> statements_;
};

// A row of `reading` as a reading again. From column `first` on: mantissa, exponent, special, quality, device_time_us,
// record_number.
DecodedReading projected_reading(const Rows& rows, BootTime time, int first);

// The boot's anchors as a timeline.
Result<Timeline> timeline(Statement& anchors, std::int64_t boot);
constexpr const char* kAnchorsOfBoot = "SELECT boot_us, utc_us, uncertainty_us, source FROM anchor WHERE boot = ?";

}  // namespace vitald
