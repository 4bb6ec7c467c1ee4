#pragma once

// What devices say they hold, and what is missing of it here.

#include <cstdint>
#include <vector>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "platform/sql/sql.hpp"
#include "sync/batch/inventory.hpp"
#include "sync/batch/range.hpp"
#include "sync/receiver/batch_ledger.hpp"

namespace vitald {

class Inventories {
 public:
  static Result<Inventories> open(sql::Database& database);

  // Replaces what the device said before: an epoch it no longer names is one that it holds nothing of.
  Result<void> store(std::int64_t device, const Inventory& inventory, UtcTime now);

  struct Missing {
    std::uint64_t epoch = 0;
    RangeSet numbers;
  };
  // Numbers that the device holds and that are neither stored nor declared lost. Only epochs that miss some.
  Result<std::vector<Missing>> missing(std::int64_t device, BatchLedger& ledger);

  // Rows of the devices that have told what they hold.
  Result<std::vector<std::int64_t>> devices();

 private:
  explicit Inventories(std::vector<sql::Statement> statements) : statements_(std::move(statements)) {}
  Result<void> store_epoch(std::int64_t device, const HeldEpoch& held, UtcTime now);

  std::vector<sql::Statement> statements_;
};

}  // namespace vitald
