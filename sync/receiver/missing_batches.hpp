#pragma once

// Gap repair: which devices to ask again for which batches. On the storage strand.

#include <cstdint>
#include <vector>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "sync/receiver/batch_ledger.hpp"
#include "sync/receiver/gap_repair.hpp"
#include "sync/receiver/inventories.hpp"

namespace vitald {

class MissingBatches {
 public:
  MissingBatches(Inventories inventories, Microseconds grace) : inventories_(std::move(inventories)), repair_(grace) {}

  // What devices told before this start: some of what was stored may have been lost with a table.
  Result<void> watch_known_devices(BootTime now);

  // Within the caller's transaction; watch() once it is committed.
  Result<void> store(std::int64_t device, const Inventory& inventory, UtcTime now) {
    return inventories_.store(device, inventory, now);
  }
  Result<void> watch(std::int64_t device, BatchLedger& ledger, BootTime now);

  struct Wanted {
    std::int64_t device = 0;
    std::vector<Inventories::Missing> epochs;
  };
  Result<std::vector<Wanted>> due(BatchLedger& ledger, BootTime now);

 private:
  Inventories inventories_;
  GapRepair repair_;
};

}  // namespace vitald
