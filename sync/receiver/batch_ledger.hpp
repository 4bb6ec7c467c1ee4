#pragma once

// The ledger: which batches are stored. A batch is stored once, under (device, epoch, number), in the same transaction
// as everything that is derived from it; the same key with other bytes is a conflict, never an overwrite.
//
// All within the caller's transaction, on the storage strand.

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/crypto/digest.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "platform/storage/database.hpp"
#include "sync/batch/envelope.hpp"
#include "sync/batch/range.hpp"

namespace vitald {

struct EpochKey {
  std::int64_t device = 0;  // of the ledger
  std::uint64_t epoch = 0;
  friend auto operator<=>(const EpochKey&, const EpochKey&) = default;
};

class BatchLedger {
 public:
  static Result<BatchLedger> open(Database& database);

  enum class Known { fresh, duplicate, other_bytes };
  // Whether that key is stored, and with these bytes.
  Result<Known> look_up(const EpochKey& epoch, std::uint64_t number, const crypto::Digest& hash);

  struct Entry {
    EpochKey epoch;
    const Envelope& envelope;
    std::string_view bytes;
    const crypto::Digest& hash;
    UtcTime received;
  };
  // The row of a fresh batch. boot and key: rows of the boot and of the device's key.
  Result<std::int64_t> insert(const Entry& entry, std::int64_t boot, std::int64_t key);
  Result<void> count_duplicate(const EpochKey& epoch, UtcTime now);
  // Beside the stored batch, which stays as it is.
  Result<void> keep_conflict(const Entry& entry);

  // Numbers stored or declared lost; what has changed since they were read is written.
  Result<RangeSet> done(const EpochKey& epoch);
  Result<void> set_done(const EpochKey& epoch, const RangeSet& before, const RangeSet& after);

 private:
  explicit BatchLedger(std::vector<Statement> statements) : statements_(std::move(statements)) {}

  std::vector<Statement> statements_;
};

}  // namespace vitald
