#include "sync/receiver/batch_ledger.hpp"

#include <algorithm>

#include "sync/receiver/receiver_store.hpp"

namespace vitald {
namespace {

// In the order of kSql.
enum Sql : std::size_t { kLookUp, kInsert, kCount, kCountDuplicate, kConflict, kDone, kAddDone, kDropDone };

constexpr const char* kSql[] = {
    "SELECT hash FROM batch WHERE device = ? AND epoch = ? AND number = ?",

    "INSERT INTO batch (device, epoch, number, class, readings, boot, suite, key, received_utc_us, hash, "
    "bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",

    "INSERT INTO epoch VALUES (?1, ?2, 1, ?3, ?4, 0, ?5, ?5) ON CONFLICT DO UPDATE SET batches = batches + 1, "
    "readings = readings + excluded.readings, bytes = bytes + excluded.bytes, last_utc_us = excluded.last_utc_us",

    "UPDATE epoch SET duplicates = duplicates + 1, last_utc_us = ?3 WHERE device = ?1 AND epoch = ?2",

    "INSERT INTO conflict VALUES (?, ?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET count = count + 1",

    "SELECT first, last FROM done WHERE device = ? AND epoch = ? ORDER BY first",
    "INSERT INTO done VALUES (?, ?, ?, ?)",
    "DELETE FROM done WHERE device = ? AND epoch = ? AND first = ?",
};

bool has(const RangeSet& set, const Range& range) {
  return std::ranges::find(set.ranges(), range) != set.ranges().end();
}

}  // namespace

Result<BatchLedger> BatchLedger::open(Database& database) {
  auto statements = prepare_all(database, kSql);
  if (!statements) return statements.error();
  return BatchLedger(std::move(*statements));
}

Result<BatchLedger::Known> BatchLedger::look_up(const EpochKey& epoch, std::uint64_t number,
                                                const crypto::Digest& hash) {
  Rows rows = statements_[kLookUp].query(epoch.device, stored(epoch.epoch), stored(number));
  const auto row = rows.next();
  if (!row) return row.error();
  if (!*row) return Known::fresh;
  return rows.bytes(0) == bytes_of(hash) ? Known::duplicate : Known::other_bytes;
}

Result<std::int64_t> BatchLedger::insert(const Entry& entry, std::int64_t boot, std::int64_t key) {
  const Envelope& envelope = entry.envelope;
  const std::int64_t device = entry.epoch.device, epoch = stored(entry.epoch.epoch), received = us(entry.received);
  auto id = integer(statements_[kInsert].query(
      device, epoch, stored(envelope.number), static_cast<int>(envelope.class_), envelope.readings, boot,
      static_cast<std::uint32_t>(envelope.suite), key, received, bytes_of(entry.hash), entry.bytes));
  if (!id) return id.error().in("storing a batch");
  const auto counted = statements_[kCount].execute(device, epoch, envelope.readings, entry.bytes.size(), received);
  if (!counted) return counted.error().in("counting a batch");
  return id;
}

Result<void> BatchLedger::count_duplicate(const EpochKey& epoch, UtcTime now) {
  return statements_[kCountDuplicate].execute(epoch.device, stored(epoch.epoch), us(now));
}

Result<void> BatchLedger::keep_conflict(const Entry& entry) {
  return statements_[kConflict].execute(entry.epoch.device, stored(entry.epoch.epoch), stored(entry.envelope.number),
                                        bytes_of(entry.hash), us(entry.received), entry.bytes);
}

Result<RangeSet> BatchLedger::done(const EpochKey& epoch) {
  return ranges(statements_[kDone].query(epoch.device, stored(epoch.epoch)));
}

Result<void> BatchLedger::set_done(const EpochKey& epoch, const RangeSet& before, const RangeSet& after) {
  for (const Range& range : before.ranges()) {
    if (has(after, range)) continue;
    const auto dropped = statements_[kDropDone].execute(epoch.device, stored(epoch.epoch), stored(range.first));
    if (!dropped) return dropped;
  }
  for (const Range& range : after.ranges()) {
    if (has(before, range)) continue;
    const auto added =
        statements_[kAddDone].execute(epoch.device, stored(epoch.epoch), stored(range.first), stored(range.last));
    if (!added) return added;
  }
  return {};
}

}  // namespace vitald
