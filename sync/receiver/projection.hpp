#pragma once

// What is derived from a batch's body, in the transaction that stores the batch: rows of its readings, or of the
// columns that stay in the body; the boot's anchors; loss records; the newest reading of each series. A stored record
// that another batch has brought already, by way of another device perhaps, is left out.
//
// A group of batches at a time: what is added is written by write(), many rows at once.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "platform/model/result.hpp"
#include "platform/model/timeline.hpp"
#include "platform/sql/sql.hpp"
#include "sync/batch/body.hpp"
#include "sync/batch/envelope.hpp"
#include "sync/receiver/batch_ledger.hpp"

namespace vitald {

// An anchor that is itself a reading: UTC in seconds at the reading's instant.
constexpr std::string_view kClockMetric = "clock_utc";

class Projection {
 public:
  struct Choice {
    bool vitals = true;  // readings of class vital become rows; those of class alarm always do
    bool push_alarms = false;
  };
  static Result<Projection> open(sql::Database& database, Choice choice);

  // The ledger's row of that boot, made when it is new. The device's row must be locked.
  Result<std::int64_t> boot(std::int64_t device, const BootId& boot);

  struct Place {
    std::int64_t device, boot, batch;  // rows of the ledger
    Class class_;
  };
  Result<Contents> add(const Place& place, const DecodedBody& body);

  Result<void> write();
  // The database has rolled back: what was added and what is known of its rows.
  void forget();

 private:
  using Bulk = std::unique_ptr<sql::Bulk>;
  struct Latest {
    std::int64_t boot, batch;
    std::size_t position;
    DecodedReading reading;
  };

  Projection(Choice choice, std::vector<sql::Statement> statements, Bulk readings, Bulk columns)
      : choice_(choice),
        statements_(std::move(statements)),
        readings_(std::move(readings)),
        columns_(std::move(columns)) {}

  Result<std::int64_t> series(std::int64_t device, const DecodedColumn& column);
  Result<void> add_readings(const Place& place, const DecodedColumn& column, std::size_t position, Contents& contents);
  Result<void> add_column(const Place& place, const DecodedColumn& column, std::size_t position);
  Result<bool> is_known_record(const Place& place, const DecodedColumn& column, const DecodedReading& reading);
  void note_latest(std::int64_t series, const Place& place, const DecodedReading& reading, std::size_t position);
  Result<void> write_latest();
  Result<void> add_anchor(const Place& place, const Anchor& anchor);
  Result<void> add_clock_readings(const Place& place, const DecodedColumn& column);
  Result<void> add_loss(const Place& place, const Loss& loss);

  Choice choice_;
  std::vector<sql::Statement> statements_;
  Bulk readings_, columns_;
  std::map<std::pair<std::int64_t, std::int64_t>, Latest> latest_;  // of the present group, by series and boot
  // Rows that are known to be in the database. Bounded.
  std::map<std::pair<std::int64_t, BootId>, std::int64_t> boots_;
  std::unordered_map<std::string, std::int64_t> series_;
  std::map<std::int64_t, Anchor> anchors_;  // last written, by boot
};

// A row of `reading` as a reading again. From column `first` on: mantissa, exponent, special, quality, device_time_us,
// record_number.
DecodedReading projected_reading(const sql::Rows& rows, BootTime time, int first);

// The boot's anchors as a timeline.
Result<Timeline> timeline(sql::Statement& anchors, std::int64_t boot);
constexpr const char* kAnchorsOfBoot = "SELECT boot_us, utc_us, uncertainty_us, source FROM anchor WHERE boot = $1";

}  // namespace vitald
