#include "sync/receiver/inventories.hpp"

#include "sync/receiver/receiver_store.hpp"

namespace vitald {
namespace {

// In the order of kSql.
enum Sql : std::size_t { kForget, kEpoch, kHeld, kEpochs, kHeldOf, kDevices };

constexpr const char* kSql[] = {
    "DELETE FROM held WHERE device = $1",
    // A device tells its epochs in the order in which it began them, so a new one is newer than all that are known.
    "INSERT INTO inventory VALUES ($1, $2, $3, $4, (SELECT coalesce(max(rank), 0) + 1 FROM inventory WHERE device = "
    "$1)) "
    "ON CONFLICT (device, epoch) DO UPDATE SET received_utc_us = excluded.received_utc_us, "
    "last = CASE WHEN inventory.last < excluded.last THEN excluded.last ELSE inventory.last END",
    "INSERT INTO held VALUES ($1, $2, $3, $4) ON CONFLICT (device, epoch, first) DO UPDATE SET last = excluded.last",
    "SELECT DISTINCT epoch FROM held WHERE device = $1",
    "SELECT held.first, CASE WHEN held.last < inventory.last THEN held.last ELSE inventory.last END FROM held "
    "JOIN inventory ON inventory.device = held.device AND inventory.epoch = held.epoch "
    "WHERE held.device = $1 AND held.epoch = $2 ORDER BY held.first",
    "SELECT DISTINCT device FROM held",
};

Result<std::vector<std::int64_t>> integers(sql::Rows rows) {
  std::vector<std::int64_t> all;
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return all;
    all.push_back(rows.integer(0));
  }
}

}  // namespace

Result<Inventories> Inventories::open(sql::Database& database) {
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
