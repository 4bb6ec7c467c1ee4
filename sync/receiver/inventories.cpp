#include "sync/receiver/inventories.hpp"

#include "sync/receiver/receiver_store.hpp"

namespace vitald {
namespace {

// In the order of kSql.
enum Sql : std::size_t { kForget, kEpoch, kHeld, kEpochs, kHeldOf, kDevices };

constexpr const char* kSql[] = {
    "DELETE FROM held WHERE device = ?",
    "INSERT INTO inventory VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET last = max(last, excluded.last), "
    "received_utc_us = excluded.received_utc_us",
    "INSERT OR REPLACE INTO held VALUES (?, ?, ?, ?)",
    "SELECT DISTINCT epoch FROM held WHERE device = ?",
    "SELECT held.first, min(held.last, inventory.last) FROM held JOIN inventory USING (device, epoch) "
    "WHERE held.device = ? AND held.epoch = ? ORDER BY held.first",
    "SELECT DISTINCT device FROM held",
};

Result<std::vector<std::int64_t>> integers(Rows rows) {
  std::vector<std::int64_t> all;
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return all;
    all.push_back(rows.integer(0));
  }
}

}  // namespace

Result<Inventories> Inventories::open(Database& database) {
  auto statements = prepare_all(database, kSql);
  if (!statements) return statements.error();
  return Inventories(std::move(*statements));
}

Result<void> Inventories::store(std::int64_t device, const Inventory& inventory, UtcTime now) {
  if (const auto forgotten = statements_[kForget].execute(device); !forgotten) return forgotten;
  for (const HeldEpoch& held : inventory.epochs)
    if (const auto kept = store_epoch(device, held, now); !kept) return kept;
  return {};
}

Result<void> Inventories::store_epoch(std::int64_t device, const HeldEpoch& held, UtcTime now) {
  const std::int64_t epoch = stored(held.epoch);
  if (const auto kept = statements_[kEpoch].execute(device, epoch, stored(held.last), us(now)); !kept) return kept;
  const RangeSet numbers(held.ranges);
  for (const Range& range : numbers.ranges()) {
    const auto kept = statements_[kHeld].execute(device, epoch, stored(range.first), stored(range.last));
    if (!kept) return kept;
  }
  return {};
}

Result<std::vector<Inventories::Missing>> Inventories::missing(std::int64_t device, BatchLedger& ledger) {
  const auto epochs = integers(statements_[kEpochs].query(device));
  if (!epochs) return epochs.error();
  std::vector<Missing> all;
  for (const std::int64_t epoch : *epochs) {
    auto numbers = ranges(statements_[kHeldOf].query(device, epoch));
    if (!numbers) return numbers.error();
    const auto done = ledger.done({device, unsigned_of(epoch)});
    if (!done) return done.error();
    for (const Range& range : done->ranges()) numbers->remove(range);
    if (!numbers->empty()) all.push_back({unsigned_of(epoch), std::move(*numbers)});
  }
  return all;
}

Result<std::vector<std::int64_t>> Inventories::devices() { return integers(statements_[kDevices].query()); }

}  // namespace vitald
