#pragma once

// Makes room when the quota is reached: confirmed rows leave first, then waiting waveforms, vitals and alarms, the
// oldest of each first. Whatever had been waiting is named in a loss record.

#include "sync/outbox/budget.hpp"
#include "sync/outbox/kept.hpp"
#include "sync/outbox/ledger.hpp"
#include "sync/outbox/store.hpp"

namespace vitald {

// Rows that were given up; they leave with the transaction, or with the next one when it fails.
struct Condemned {
  Class class_ = Class::vital;
  Range range;
};

class Room {
 public:
  Room(Store& store, Kept& kept, Ledger& ledger, std::vector<Condemned>& condemned)
      : store_(store), kept_(kept), ledger_(ledger), condemned_(condemned) {}

  // Within a transaction. When nothing is left to give up, the transaction fails as `full`. On a disk that others have
  // filled (`may_grow` false) no alarm is given up: no eviction makes up for their space, and new batches wait in
  // memory.
  Result<void> make(const Budget& budget, std::uint64_t pages, bool may_grow);

 private:
  Result<bool> give_up_something(bool alarms_too);
  Result<bool> evict_oldest(Class class_);

  Store& store_;
  Kept& kept_;
  Ledger& ledger_;
  std::vector<Condemned>& condemned_;
};

// What is lost with a row that had been waiting.
Loss loss_of(const Row& row, const Epoch& epoch, LossReason reason);

}  // namespace vitald
