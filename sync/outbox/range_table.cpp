#include "sync/outbox/range_table.hpp"

#include "sync/outbox/hash.hpp"

namespace vitald {

std::uint64_t range_hash(Range range, std::uint64_t readings) { return hash({range.first, range.last, readings}); }

Result<RangeTable> RangeTable::open(Database& database, const std::string& table) {
  Result<Statement> load = database.prepare("SELECT first, last, readings, hash FROM " + table + " ORDER BY first");
  if (!load) return load.error();
  Result<Statement> put = database.prepare("INSERT OR REPLACE INTO " + table + " VALUES(?, ?, ?, ?)");
  if (!put) return put.error();
  Result<Statement> erase = database.prepare("DELETE FROM " + table + " WHERE first = ?");
  if (!erase) return erase.error();
  return RangeTable(std::move(*load), std::move(*put), std::move(*erase));
}

Result<CountedRanges> RangeTable::load() {
  CountedRanges ranges;
  Rows rows = load_.query();
  for (;;) {
    const Result<bool> more = rows.next();
    if (!more) return more.error();
    if (!*more) break;
    const Range range{static_cast<Position>(rows.integer(0)), static_cast<Position>(rows.integer(1))};
    const auto readings = static_cast<std::uint64_t>(rows.integer(2));
    if (range_hash(range, readings) != static_cast<std::uint64_t>(rows.integer(3))) {
      return Error(Code::corrupt, "a range of positions is not what was written");
    }
    ranges.add(range, readings);
  }
  ranges.saved();
  return ranges;
}

Result<void> RangeTable::save(CountedRanges& ranges) {
  for (const Position first : ranges.changed()) {
    const auto entry = ranges.entries().find(first);
    const bool there = entry != ranges.entries().end();
    const Result<void> done = there ? put_.execute(first, entry->second.last, entry->second.readings,
                                                   range_hash({first, entry->second.last}, entry->second.readings))
                                    : erase_.execute(first);
    if (!done) return done;
  }
  ranges.saved();
  return {};
}

}  // namespace vitald
