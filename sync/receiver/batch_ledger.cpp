#include "sync/receiver/batch_ledger.hpp"

#include <algorithm>

#include "sync/receiver/receiver_store.hpp"

namespace vitald {
namespace {

// In the order of kSql.
enum Sql : std::size_t { kHash, kCount, kConflict, kDone, kAddDone, kDropDone, kIds };

constexpr const char* kSql[] = {
    "SELECT hash FROM batch WHERE device = $1 AND epoch = $2 AND number = $3",

    "INSERT INTO epoch VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (device, epoch) DO UPDATE SET "
    "batches = epoch.batches + excluded.batches, readings = epoch.readings + excluded.readings, "
    "bytes = epoch.bytes + excluded.bytes, duplicates = epoch.duplicates + excluded.duplicates, "
    "last_utc_us = excluded.last_utc_us",

    "INSERT INTO conflict VALUES ($1, $2, $3, $4, 1, $5, $6) ON CONFLICT (device, epoch, number, hash) DO UPDATE SET "
    "count = conflict.count + 1",

    "SELECT first, last FROM done WHERE device = $1 AND epoch = $2 ORDER BY first",
    "INSERT INTO done VALUES ($1, $2, $3, $4) ON CONFLICT (device, epoch, first) DO UPDATE SET last = excluded.last",
    "DELETE FROM done WHERE device = $1 AND epoch = $2 AND first = $3",
};
constexpr const char* kSqliteIds =
    "SELECT max(coalesce((SELECT max(id) FROM batch), 0), coalesce((SELECT max(batch) FROM body), 0))";
constexpr const char* kPostgresIds =
    "SELECT nextval('batch_number') FROM generate_series(CAST(1 AS bigint), CAST($1 AS bigint))";

constexpr int kCounterBits = 40;
constexpr std::int64_t kDayUs = 86'400'000'000;

}  // namespace

Result<BatchLedger> BatchLedger::open(sql::Database& database) {
  std::vector<const char*> sql(std::begin(kSql), std::end(kSql));
  sql.push_back(database.kind() == sql::Kind::postgres ? kPostgresIds : kSqliteIds);
  auto statements = prepare_all(database, sql);
  if (!statements) return statements.error();
  auto batches =
      database.bulk("batch", {"id", "device", "epoch", "number", "class", "readings", "projected", "left_out", "boot",
                              "suite", "key", "received_utc_us", "first_us", "last_us", "hash"});
  if (!batches) return batches.error();
  auto bodies = database.bulk("body", {"batch", "bytes"});
  if (!bodies) return bodies.error();
  return BatchLedger(database, std::move(*statements), std::move(*batches), std::move(*bodies));
}

Result<std::vector<RangeSet>> BatchLedger::done(std::span<const EpochKey> epochs) {
  std::vector<RangeSet> sets(epochs.size());
  sql::Table keys;
  for (const EpochKey& key : epochs) keys.add(key.device, stored(key.epoch));
  const auto read = statements_[kDone].each(keys, [&](std::size_t i, const sql::RowSource& row) {
    sets[i].add({unsigned_of(row.integer(0)), unsigned_of(row.integer(1))});
  });
  return read ? Result<std::vector<RangeSet>>(std::move(sets)) : read.error();
}

Result<RangeSet> BatchLedger::done(const EpochKey& epoch) {
  return ranges(statements_[kDone].query(epoch.device, stored(epoch.epoch)));
}

Result<void> BatchLedger::set_done(const EpochKey& epoch, const RangeSet& before, const RangeSet& after) {
  const auto has = [](const RangeSet& set, auto holds) {
    return std::ranges::find_if(set.ranges(), holds) != set.ranges().end();
  };
  for (const Range& range : before.ranges())
    if (!has(after, [&](const Range& r) { return r.first == range.first; }))
      dropped_.add(epoch.device, stored(epoch.epoch), stored(range.first));
  for (const Range& range : after.ranges())
    if (!has(before, [&](const Range& r) { return r == range; }))
      added_.add(epoch.device, stored(epoch.epoch), stored(range.first), stored(range.last));
  return {};
}

Result<std::vector<std::optional<crypto::Digest>>> BatchLedger::hashes(std::span<const BatchKey> batches) {
  std::vector<std::optional<crypto::Digest>> found(batches.size());
  sql::Table keys;
  for (const BatchKey& key : batches) keys.add(key.epoch.device, stored(key.epoch.epoch), stored(key.number));
  const auto read = statements_[kHash].each(
      keys, [&](std::size_t i, const sql::RowSource& row) { found[i] = array_of<32>(row.bytes(0)); });
  if (!read) return read.error();
  return found;
}

Result<void> BatchLedger::take_ids(std::size_t batches, UtcTime now) {
  ids_.clear();
  used_ids_ = 0;
  if (batches == 0) return {};
  sql::Rows rows = postgres_ ? statements_[kIds].query(batches) : statements_[kIds].query();
  const std::int64_t base = postgres_ ? (us(now) / kDayUs) << kCounterBits : 0;
  for (auto row = rows.next(); !row || *row; row = rows.next()) {
    if (!row) return row.error();
    ids_.push_back(base + rows.integer(0));
  }
  if (postgres_) return {};
  const std::int64_t highest = ids_.front();
  ids_.resize(batches);
  for (std::size_t i = 0; i < batches; ++i) ids_[i] = highest + 1 + static_cast<std::int64_t>(i);
  return {};
}

Result<void> BatchLedger::add(std::int64_t id, const Entry& entry, std::int64_t boot, std::int64_t key,
                              const Contents& contents) {
  const Envelope& envelope = entry.envelope;
  const auto time = [](const std::optional<BootTime>& at) { return at ? std::optional(us(*at)) : std::nullopt; };
  const auto added = batches_->add(id, entry.epoch.device, stored(entry.epoch.epoch), stored(envelope.number),
                                   static_cast<int>(envelope.class_), envelope.readings, contents.projected,
                                   contents.left_out, boot, static_cast<std::uint32_t>(envelope.suite), key,
                                   us(entry.received), time(contents.first), time(contents.last), bytes_of(entry.hash));
  if (!added) return added.error().in("storing a batch");
  if (const auto body = bodies_->add(id, entry.bytes); !body) return body.error().in("storing a batch");
  Totals& totals = totals_[entry.epoch];
  ++totals.batches;
  totals.readings += envelope.readings;
  totals.bytes += static_cast<std::int64_t>(entry.bytes.size());
  totals.last_utc_us = us(entry.received);
  return {};
}

void BatchLedger::count_duplicate(const EpochKey& epoch, UtcTime now) {
  Totals& totals = totals_[epoch];
  ++totals.duplicates;
  totals.last_utc_us = us(now);
}

Result<void> BatchLedger::keep_conflict(const Entry& entry) {
  return statements_[kConflict].execute(entry.epoch.device, stored(entry.epoch.epoch), stored(entry.envelope.number),
                                        bytes_of(entry.hash), us(entry.received), entry.bytes);
}

Result<void> BatchLedger::write() {
  if (const auto written = batches_->finish(); !written) return written.error().in("storing batches");
  if (const auto written = bodies_->finish(); !written) return written.error().in("storing batches");
  sql::Table totals;
  for (const auto& [key, t] : totals_)
    totals.add(key.device, stored(key.epoch), t.batches, t.readings, t.bytes, t.duplicates, t.last_utc_us);
  if (const auto counted = statements_[kCount].each(totals); !counted) return counted.error().in("counting batches");
  if (const auto dropped = statements_[kDropDone].each(dropped_); !dropped) return dropped;
  if (const auto added = statements_[kAddDone].each(added_); !added) return added;
  forget();
  return {};
}

void BatchLedger::forget() {
  batches_->clear();
  bodies_->clear();
  totals_.clear();
  dropped_ = {};
  added_ = {};
}

}  // namespace vitald
