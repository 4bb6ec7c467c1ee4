#pragma once

// The ledger: which batches are stored. A batch is stored once, under (device, epoch, number), in the same transaction
// as everything that is derived from it; the same key with other bytes is a conflict, never an overwrite.
//
// A group of batches at a time, within the caller's transaction, on the storage strand: what is added is written by
// write(), many rows at once.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/crypto/digest.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "platform/sql/sql.hpp"
#include "sync/batch/envelope.hpp"
#include "sync/batch/range.hpp"

namespace vitald {

struct EpochKey {
  std::int64_t device = 0;  // of the ledger
  std::uint64_t epoch = 0;
  friend auto operator<=>(const EpochKey&, const EpochKey&) = default;
};

// Derived from its body.
struct Contents {
  std::uint32_t projected = 0, left_out = 0;  // readings that are rows; readings that are neither rows nor samples
  std::optional<BootTime> first, last;        // of its readings
};

class BatchLedger {
 public:
  static Result<BatchLedger> open(sql::Database& database);

  // Numbers stored or declared lost, of each epoch.
  Result<std::vector<RangeSet>> done(std::span<const EpochKey> epochs);
  Result<RangeSet> done(const EpochKey& epoch);
  // What has changed since they were read.
  Result<void> set_done(const EpochKey& epoch, const RangeSet& before, const RangeSet& after);

  struct BatchKey {
    EpochKey epoch;
    std::uint64_t number = 0;
  };
  // The hash of each batch that is stored.
  Result<std::vector<std::optional<crypto::Digest>>> hashes(std::span<const BatchKey> batches);

  // Rows for at most so many batches of this group.
  Result<void> take_ids(std::size_t batches, UtcTime now);
  std::int64_t next_id() { return ids_.at(used_ids_++); }

  struct Entry {
    EpochKey epoch;
    const Envelope& envelope;
    std::string_view bytes;
    const crypto::Digest& hash;
    UtcTime received;
  };
  // boot and key: rows of the boot and of the device's key.
  Result<void> add(std::int64_t id, const Entry& entry, std::int64_t boot, std::int64_t key, const Contents& contents);
  void count_duplicate(const EpochKey& epoch, UtcTime now);
  // Beside the stored batch, which stays as it is.
  Result<void> keep_conflict(const Entry& entry);

  Result<void> write();
  // What was added and not written; the database has rolled back.
  void forget();

 private:
  struct Totals {
    std::int64_t batches = 0, readings = 0, bytes = 0, duplicates = 0, last_utc_us = 0;
  };
  using Bulk = std::unique_ptr<sql::Bulk>;

  BatchLedger(sql::Database& database, std::vector<sql::Statement> statements, Bulk batches, Bulk bodies)
      : postgres_(database.kind() == sql::Kind::postgres),
        statements_(std::move(statements)),
        batches_(std::move(batches)),
        bodies_(std::move(bodies)) {}

  bool postgres_;
  std::vector<sql::Statement> statements_;
  Bulk batches_, bodies_;
  std::map<EpochKey, Totals> totals_;
  sql::Table dropped_, added_;  // ranges of done
  std::vector<std::int64_t> ids_;
  std::size_t used_ids_ = 0;
};

}  // namespace vitald
