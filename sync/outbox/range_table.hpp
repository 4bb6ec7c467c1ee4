#pragma once

// CountedRanges kept in a table: loaded whole, saved by what changed.

#include "platform/storage/database.hpp"
#include "sync/outbox/counted_ranges.hpp"

namespace vitald {

class RangeTable {
 public:
  static Result<RangeTable> open(Database& database, const std::string& table);

  Result<CountedRanges> load();
  Result<void> save(CountedRanges& ranges);

 private:
  RangeTable(Statement load, Statement put, Statement erase)
      : load_(std::move(load)), put_(std::move(put)), erase_(std::move(erase)) {}

  Statement load_, put_, erase_;
};

// Of a row (first, last, readings, hash): salvage finds such rows without their table.
std::uint64_t range_hash(Range range, std::uint64_t readings);

}  // namespace vitald
