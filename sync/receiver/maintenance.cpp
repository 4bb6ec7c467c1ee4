#include "sync/receiver/maintenance.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kDayUs = 86'400'000'000;
constexpr int kCounterBits = 40;  // of a batch's id, below the day
constexpr std::int64_t kAhead = 14;
constexpr std::int64_t kSliceBatches = 500;
constexpr const char* kTables[] = {"body", "reading", "waveform"};
constexpr const char* kMaintenanceLock = "SELECT pg_advisory_xact_lock(1986622565)";

std::int64_t first_id(std::int64_t day) { return day << kCounterBits; }

// Partitions are named TABLE_FIRSTDAY_ENDDAY.
struct Partition {
  std::int64_t first = 0, end = 0;
};

Result<std::vector<Partition>> partitions(sql::Database& database) {
  auto select = database.prepare(
      "SELECT CAST(split_part(relname, '_', 2) AS bigint), CAST(split_part(relname, '_', 3) AS bigint) FROM "
      "pg_inherits "
      "JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = CAST('body' AS regclass) AND relname <> 'body_other' "
      "ORDER BY 1");
  if (!select) return select.error();
  std::vector<Partition> all;
  sql::Rows rows = select->query();
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return all;
    all.push_back({rows.integer(0), rows.integer(1)});
  }
}

std::string name_of(const std::string& table, const Partition& p) {
  return table + "_" + std::to_string(p.first) + "_" + std::to_string(p.end);
}

Result<void> make(sql::Database& database, const Partition& p) {
  for (const std::string table : kTables) {
    const auto made =
        database.execute("CREATE TABLE " + name_of(table, p) + " PARTITION OF " + table + " FOR VALUES FROM (" +
                         std::to_string(first_id(p.first)) + ") TO (" + std::to_string(first_id(p.end)) + ")");
    if (!made) return made.error().in("making a partition");
  }
  return {};
}

Result<void> set(sql::Database& database, const std::string& name, std::int64_t value) {
  auto update = database.prepare("UPDATE setting SET value = $1 WHERE name = $2 AND value < $1");
  return update ? update->execute(value, Text{name}) : update.error();
}

// The lowest batch that is kept, of what is kept so long. Ids ascend with the time of receipt.
Result<std::int64_t> kept_from(sql::Database& database, std::chrono::hours keep, UtcTime now) {
  const std::int64_t oldest = us(now - keep);
  if (database.kind() == sql::Kind::postgres) return first_id(oldest / kDayUs);
  auto end = database.number("SELECT coalesce(max(id), 0) + 1 FROM batch");
  if (!end) return end;
  auto at = database.prepare("SELECT received_utc_us FROM batch WHERE id >= $1 ORDER BY id LIMIT 1");
  if (!at) return at.error();
  std::int64_t low = 0, high = *end;
  while (low < high) {
    const std::int64_t middle = (low + high) / 2;
    const auto received = optional_integer(at->query(middle));
    if (!received) return received.error();
    if (*received && **received < oldest)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

std::vector<std::string> tables_of(bool bodies) {
  return bodies ? std::vector<std::string>{"body", "waveform"} : std::vector<std::string>{"reading"};
}

// Whole partitions.
Result<bool> drop_partitions(sql::Database& database, bool bodies, std::int64_t from) {
  const auto all = partitions(database);
  if (!all) return all.error();
  for (const Partition& p : *all) {
    if (first_id(p.end) > from) break;
    for (const std::string& table : tables_of(bodies)) {
      const auto dropped = database.execute("DROP TABLE IF EXISTS " + name_of(table, p));
      if (!dropped) return dropped.error();
    }
    if (const auto noted = set(database, bodies ? "bodies_from" : "readings_from", first_id(p.end)); !noted)
      return noted.error();
  }
  return false;
}

// By the primary keys of reading and waveform.
constexpr const char* kDropReadings =
    "DELETE FROM reading WHERE series IN (SELECT id FROM series WHERE device = $1) AND boot = $2 AND boot_us BETWEEN "
    "$3 "
    "AND $4 AND batch = $5";
constexpr const char* kDropColumns =
    "DELETE FROM waveform WHERE series IN (SELECT id FROM series WHERE device = $1) AND boot = $2 AND first_us BETWEEN "
    "$3 AND $4 AND batch = $5";

Result<void> drop_derived(sql::Database& database, const char* sql, std::int64_t first, std::int64_t end) {
  auto batches = database.prepare(
      "SELECT device, boot, first_us, last_us, id FROM batch WHERE id >= $1 AND id < $2 AND first_us IS NOT NULL");
  if (!batches) return batches.error();
  sql::Table keys;
  {
    sql::Rows rows = batches->query(first, end);
    for (auto row = rows.next(); !row || *row; row = rows.next()) {
      if (!row) return row.error();
      keys.add(rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3), rows.integer(4));
    }
  }
  auto drop = database.prepare(sql);
  return drop ? drop->each(keys) : drop.error();
}

// A slice of rows.
Result<bool> delete_rows(sql::Database& database, bool bodies, std::int64_t from) {
  const std::string name = bodies ? "bodies_from" : "readings_from";
  const auto first = database.number("SELECT value FROM setting WHERE name = '" + name + "'");
  if (!first) return first.error();
  const std::int64_t end = std::min(from, *first + kSliceBatches);
  if (end <= *first) return false;
  const auto gone = drop_derived(database, bodies ? kDropColumns : kDropReadings, *first, end);
  if (!gone) return gone.error();
  const std::string range = std::to_string(*first) + " AND " + std::to_string(end - 1);
  if (bodies)
    if (const auto without = database.execute("DELETE FROM body WHERE batch BETWEEN " + range); !without)
      return without.error();
  if (const auto noted = set(database, name, end); !noted) return noted.error();
  return end < from;
}

Result<bool> remove(ReceiverStore& store, bool bodies, std::chrono::hours keep, UtcTime now) {
  if (keep == 0h) return false;
  sql::Database& database = store.database();
  auto transaction = sql::Transaction::begin(database);
  if (!transaction) return transaction.error();
  const auto from = kept_from(database, keep, now);
  if (!from) return from.error();
  const bool postgres = database.kind() == sql::Kind::postgres;
  auto more = postgres ? drop_partitions(database, bodies, *from) : delete_rows(database, bodies, *from);
  if (!more) return more;
  const auto committed = transaction->commit();
  return committed ? more : Result<bool>(committed.error());
}

}  // namespace

Result<void> make_partitions(ReceiverStore& store, std::uint32_t days, UtcTime now) {
  sql::Database& database = store.database();
  if (database.kind() != sql::Kind::postgres) return {};
  auto transaction = sql::Transaction::begin(database);
  if (!transaction) return transaction.error();
  if (const auto locked = database.execute(kMaintenanceLock); !locked) return locked;
  const auto all = partitions(database);
  if (!all) return all.error();
  const std::int64_t today = us(now) / kDayUs;
  std::int64_t day = all->empty() ? today : std::max(all->back().end, today);
  for (; day < today + kAhead; day += days)
    if (const auto made = make(database, {day, day + days}); !made) return made;
  return transaction->commit();
}

Result<bool> apply_retention(ReceiverStore& store, const RetentionSettings& settings, UtcTime now) {
  const auto readings = remove(store, false, settings.readings, now);
  if (!readings) return readings.error().in("removing old readings");
  const auto bodies = remove(store, true, settings.bodies, now);
  if (!bodies) return bodies.error().in("removing old batches");
  return *readings || *bodies;
}

}  // namespace vitald
