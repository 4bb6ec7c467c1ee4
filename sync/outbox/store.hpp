#pragma once

// An open outbox file: its tables, and what memory knows of them. What writes here runs inside a transaction; after a
// rollback, reload().

#include <array>
#include <memory>
#include <string>

#include "platform/storage/database.hpp"
#include "sync/outbox/batch_table.hpp"
#include "sync/outbox/budget.hpp"
#include "sync/outbox/counters.hpp"
#include "sync/outbox/cursors.hpp"
#include "sync/outbox/epochs.hpp"
#include "sync/outbox/range_table.hpp"

namespace vitald {

class Store {
 public:
  static Result<std::unique_ptr<Store>> open(const std::string& file, const std::string& device, const Budget& budget);

  Result<void> reload();
  Result<void> limit(const Budget& budget);  // max_page_count
  // Pages that may still be filled: free ones and those the file may grow by. Without growing: only free ones.
  Result<std::uint64_t> free_pages(const Budget& budget, bool may_grow);

  BatchTable& rows(Class class_) { return tables_[static_cast<std::size_t>(class_) - 1]; }
  const Epochs& epochs() const { return epochs_; }
  Epochs& epochs() { return epochs_; }
  Cursors& cursors() { return cursors_; }
  const Cursors& cursors() const { return cursors_; }
  Counters& counters() { return counters_; }
  const CountedRanges& settled() const { return settled_; }
  const CountedRanges& gone() const { return gone_; }
  Database& database() { return *database_; }

  // A row of that epoch. Numbers that are skipped count as gone until they come. false: the row was there.
  Result<bool> insert(const Epoch& epoch, const Row& row);
  // These positions wait no longer. Returns those that had been waiting.
  Result<std::vector<Range>> settle(Range range);
  // The rows leave. Those that had been waiting are settled.
  Result<void> erase(Class class_, Range range, const std::function<void(const Row&, bool waiting)>& each);
  // Confirmed rows of any class leave; nothing in the range waits.
  Result<void> erase_confirmed(Range range);
  // Writes what the above changed in memory: once, at the end of the transaction.
  Result<void> save();

  // The nearest row of any class at or above a position.
  Result<std::optional<Row>> head_from(Position position);
  Position next_base() const;  // above all that was ever used
  std::uint64_t waiting_batches() const;
  std::uint64_t waiting_readings() const;
  std::uint64_t numbered_readings() const;  // ever
  std::uint64_t settled_readings() const;   // ever

 private:
  struct Parts {
    std::vector<BatchTable> tables;
    Epochs epochs;
    RangeTable settled, gone;
    Cursors cursors;
    Counters counters;
    Statement page_count, free_count;
  };
  Store(std::unique_ptr<Database> database, Parts parts);
  static Result<std::unique_ptr<Store>> prepare(Database database);
  Result<void> find_end_of(Epoch& newest);
  Result<std::uint64_t> readings_in(Range range);
  Result<std::optional<Row>> head(Position position);
  void skip(const Epoch& epoch, const Row& row);
  Result<void> drop_empty_epochs();

  std::unique_ptr<Database> database_;  // the tables refer to it
  std::vector<BatchTable> tables_;
  Epochs epochs_;
  RangeTable settled_table_, gone_table_;
  Cursors cursors_;
  Counters counters_;
  Statement page_count_, free_count_;
  CountedRanges settled_, gone_;
};

}  // namespace vitald
