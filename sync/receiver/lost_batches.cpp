#include "sync/receiver/lost_batches.hpp"

#include "sync/receiver/batch_ledger.hpp"

namespace vitald {
namespace {

// In the order of kSql.
enum Sql : std::size_t { kSuspects, kStored, kDeclaredLost, kTotals };

constexpr const char* kSql[] = {
    // Epochs of which more is done than stored, within what the device holds.
    "SELECT DISTINCT device, epoch FROM held WHERE "
    "(SELECT coalesce(sum(CASE WHEN done.last < held.last THEN done.last ELSE held.last END - "
    "CASE WHEN done.first > held.first THEN done.first ELSE held.first END + 1), 0) FROM done WHERE done.device = "
    "held.device AND done.epoch = held.epoch AND done.first <= held.last AND done.last >= held.first) > "
    "(SELECT count(*) FROM batch WHERE batch.device = held.device AND batch.epoch = held.epoch AND batch.number "
    "BETWEEN held.first AND held.last)",

    "SELECT number, number FROM batch WHERE device = $1 AND epoch = $2 ORDER BY number",
    "SELECT loss_range.first, loss_range.last FROM loss JOIN loss_range ON loss_range.loss = loss.id "
    "WHERE device = $1 AND epoch = $2 AND batch IN (SELECT id FROM batch)",

    "UPDATE epoch SET (batches, readings, bytes) = (SELECT count(*), coalesce(sum(readings), 0), "
    "coalesce(sum(length(body.bytes)), 0) FROM batch LEFT JOIN body ON body.batch = batch.id WHERE batch.device = $1 "
    "AND "
    "batch.epoch = $2) WHERE device = $1 AND epoch = $2",
};

constexpr const char* kForgetDerived =
    "DELETE FROM body WHERE batch NOT IN (SELECT id FROM batch);"
    "DELETE FROM reading WHERE batch NOT IN (SELECT id FROM batch);"
    "DELETE FROM waveform WHERE batch NOT IN (SELECT id FROM batch);"
    "DELETE FROM latest WHERE batch NOT IN (SELECT id FROM batch);"
    "DELETE FROM stored_record WHERE batch NOT IN (SELECT id FROM batch);"
    "DELETE FROM alarm WHERE batch NOT IN (SELECT id FROM batch);"
    "DELETE FROM loss_range WHERE loss IN (SELECT id FROM loss WHERE batch NOT IN (SELECT id FROM batch));"
    "DELETE FROM loss WHERE batch NOT IN (SELECT id FROM batch);";

Result<std::vector<EpochKey>> keys(sql::Rows rows) {
  std::vector<EpochKey> found;
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return found;
    found.push_back({rows.integer(0), unsigned_of(rows.integer(1))});
  }
}

void remove(RangeSet& from, const RangeSet& what) {
  for (const Range& range : what.ranges()) from.remove(range);
}

// Returns how many numbers of that epoch were forgotten.
Result<std::uint64_t> forget(std::vector<sql::Statement>& statements, BatchLedger& ledger, const EpochKey& key) {
  const auto done = ledger.done(key);
  if (!done) return done.error();
  RangeSet missing = *done;
  for (const Sql accounted : {kStored, kDeclaredLost}) {
    const auto there = ranges(statements[accounted].query(key.device, stored(key.epoch)));
    if (!there) return there.error();
    remove(missing, *there);
  }
  RangeSet left = *done;
  remove(left, missing);
  if (const auto kept = ledger.set_done(key, *done, left); !kept) return kept.error();
  const auto counted = statements[kTotals].execute(key.device, stored(key.epoch));
  return counted ? Result<std::uint64_t>(missing.count()) : counted.error();
}

}  // namespace

Result<std::uint64_t> forget_lost_batches(ReceiverStore& store) {
  sql::Database& database = store.database();
  auto ledger = BatchLedger::open(database);
  if (!ledger) return ledger.error();
  auto statements = prepare_all(database, kSql);
  if (!statements) return statements.error();
  auto transaction = sql::Transaction::begin(database);
  if (!transaction) return transaction.error();
  const auto suspects = keys((*statements)[kSuspects].query());
  if (!suspects) return suspects.error();
  std::uint64_t forgotten = 0;
  for (const EpochKey& key : *suspects) {
    const auto numbers = forget(*statements, *ledger, key);
    if (!numbers) return numbers.error();
    forgotten += *numbers;
  }
  if (forgotten == 0) return forgotten;
  if (const auto written = ledger->write(); !written) return written.error();
  if (const auto cleared = database.execute(kForgetDerived); !cleared) return cleared.error();
  const auto committed = transaction->commit();
  return committed ? Result<std::uint64_t>(forgotten) : committed.error();
}

}  // namespace vitald
