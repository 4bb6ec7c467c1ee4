#include "sync/receiver/erasure.hpp"

#include <algorithm>
#include <map>

#include "platform/crypto/digest.hpp"
#include "sync/receiver/batch_again.hpp"
#include "sync/receiver/boot_bounds.hpp"
#include "sync/receiver/subjects.hpp"

namespace vitald {
namespace {

constexpr std::size_t kSlice = 200;  // batches in a transaction

// In the order of kSql.
enum Sql : std::size_t {
  kBatches,
  kSetBody,
  kRewritten,
  kCount,
  kDropReading,
  kDropColumns,
  kSeries,
  kAddColumn,
  kDropLatest,
  kNewLatest,
  kConflicts,
  kAlarm,
  kHasColumns
};

constexpr const char* kSql[] = {
    "SELECT batch.id, batch.boot, batch.epoch, number, class, bytes, public_key, first_us, last_us FROM batch JOIN "
    "body ON body.batch = "
    "batch.id JOIN device_key ON device_key.id = batch.key WHERE batch.device = $1 AND batch.id > $2 "
    "ORDER BY batch.id LIMIT 200",
    "UPDATE body SET bytes = $1 WHERE batch = $2",
    "INSERT INTO rewritten VALUES ($1, $2, $3) ON CONFLICT (batch) DO UPDATE SET utc_us = excluded.utc_us, "
    "hash = excluded.hash",
    "UPDATE batch SET projected = projected - $1, left_out = left_out + $2 WHERE id = $3",
    "DELETE FROM reading WHERE series = $1 AND boot = $2 AND boot_us = $3 AND batch = $4 RETURNING position",
    "DELETE FROM waveform WHERE series IN (SELECT id FROM series WHERE device = $1) AND boot = $2 AND first_us BETWEEN "
    "$3 "
    "AND $4 AND batch = $5",
    "SELECT id FROM series WHERE device = $1 AND sensor = $2 AND metric = $3 AND unit = $4 AND mdc = $5",
    "INSERT INTO waveform VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    "DELETE FROM latest WHERE series = $1 AND batch = $2",
    "INSERT INTO latest SELECT series, boot, boot_us, batch, position, mantissa, exponent, special, quality FROM "
    "reading "
    "WHERE series = $1 AND boot = $2 ORDER BY boot_us DESC LIMIT 1 ON CONFLICT (series) DO NOTHING",
    "UPDATE conflict SET bytes = $1 WHERE device = $2 AND epoch = $3 AND number = $4",
    "DELETE FROM alarm WHERE batch = $1",
    "SELECT count(*) FROM waveform WHERE series IN (SELECT id FROM series WHERE device = $1) AND boot = $2 AND "
    "first_us "
    "BETWEEN $3 AND $4 AND batch = $5",
};

struct Interval {
  std::string sensor;
  UtcTime from, to;
};

// A stored batch, as far as it matters here.
struct Stored {
  std::int64_t id, boot, epoch, number;
  Class class_;
  std::string bytes;
  crypto::PublicKey key;
  std::int64_t first_us, last_us;
};

// Erases the readings of one device in some intervals.
class Eraser {
 public:
  Eraser(ReceiverStore& store, const Openers& openers, std::int64_t device, std::vector<Interval> intervals,
         UtcTime now)
      : store_(store), openers_(openers), device_(device), intervals_(std::move(intervals)), now_(now) {}

  Result<void> run(std::int64_t after, Erased& erased);

 private:
  Result<std::vector<Stored>> slice(std::int64_t after);
  Result<void> look_at(const Stored& stored, Erased& erased);
  bool is_subjects(const DecodedColumn& column, const DecodedReading& reading, const BootSpan& span) const;
  Result<std::uint32_t> take_out(const Stored& stored, DecodedBody& body);
  Result<void> drop_rows(const Stored& stored, const sql::Table& times, std::int64_t series);
  Result<void> write(const Stored& stored, Envelope envelope, const DecodedBody& rest, std::uint32_t taken);
  Result<void> write_columns(const Stored& stored, const DecodedBody& rest);
  Result<std::int64_t> series_of(const DecodedColumn& column);

  ReceiverStore& store_;
  const Openers& openers_;
  std::int64_t device_;
  std::vector<Interval> intervals_;
  UtcTime now_;
  std::vector<sql::Statement> statements_;
  std::map<std::int64_t, BootSpan> spans_;
  std::uint32_t rows_ = 0;  // that were taken out of the present batch's projection
};

Result<void> Eraser::run(std::int64_t after, Erased& erased) {
  for (bool more = true; more;) {
    auto transaction = sql::Transaction::begin(store_.database());
    if (!transaction) return transaction.error();
    auto statements = prepare_all(store_.database(), kSql);
    if (!statements) return statements.error();
    statements_ = std::move(*statements);
    if (const auto locked = store_.database().lock_rows("device", std::span(&device_, 1)); !locked) return locked;
    auto spans = boot_spans(store_.database(), device_);
    if (!spans) return spans.error();
    spans_ = std::move(*spans);
    const auto batches = slice(after);
    if (!batches) return batches.error();
    for (const Stored& stored : *batches) {
      after = stored.id;
      if (const auto looked = look_at(stored, erased); !looked)
        return looked.error().in("batch " + std::to_string(stored.number));
    }
    more = batches->size() == kSlice;
    statements_.clear();
    if (const auto committed = transaction->commit(); !committed) return committed;
  }
  return {};
}

Result<std::vector<Stored>> Eraser::slice(std::int64_t after) {
  std::vector<Stored> all;
  sql::Rows rows = statements_[kBatches].query(device_, after);
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return all;
    all.push_back({rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3),
                   static_cast<Class>(rows.integer(4)), std::string(rows.bytes(5)), array_of<32>(rows.bytes(6)),
                   rows.integer(7), rows.integer(8)});
  }
}

Result<void> Eraser::look_at(const Stored& stored, Erased& erased) {
  const auto envelope = envelope_of(stored.bytes);
  if (!envelope) return envelope.error();
  auto body = open_batch(*envelope, stored.bytes, stored.key, openers_);
  if (!body) {
    ++erased.unopened;
    return {};
  }
  const auto taken = take_out(stored, *body);
  if (!taken) return taken.error();
  if (*taken == 0) return {};
  ++erased.batches;
  erased.readings += *taken;
  return write(stored, *envelope, *body, *taken);
}

bool Eraser::is_subjects(const DecodedColumn& column, const DecodedReading& reading, const BootSpan& span) const {
  const auto earliest = span.earliest(reading.time), latest = span.latest(reading.time);
  return std::ranges::any_of(intervals_, [&](const Interval& i) {
    return i.sensor == column.sensor && (!latest || *latest >= i.from) && (!earliest || *earliest < i.to);
  });
}

// How many; the body is without them, and so are the rows.
Result<std::uint32_t> Eraser::take_out(const Stored& stored, DecodedBody& body) {
  std::uint32_t taken = 0;
  rows_ = 0;
  const BootSpan& span = spans_[stored.boot];
  for (DecodedColumn& column : body.columns) {
    std::vector<DecodedReading> kept;
    sql::Table times;
    const auto series = series_of(column);
    if (!series) return series.error();
    for (const DecodedReading& reading : column.readings) {
      if (is_subjects(column, reading, span))
        times.add(*series, stored.boot, us(reading.time), stored.id);
      else
        kept.push_back(reading);
    }
    if (times.rows() == 0) continue;
    taken += static_cast<std::uint32_t>(times.rows());
    column.readings = std::move(kept);
    if (const auto dropped = drop_rows(stored, times, *series); !dropped) return dropped.error();
  }
  return taken;
}

Result<void> Eraser::drop_rows(const Stored& stored, const sql::Table& times, std::int64_t series) {
  const auto dropped = statements_[kDropReading].each(times, [&](std::size_t, const sql::RowSource&) { ++rows_; });
  if (!dropped) return dropped;
  if (const auto gone = statements_[kDropLatest].execute(series, stored.id); !gone) return gone;
  return statements_[kNewLatest].execute(series, stored.boot);
}

Result<void> Eraser::write(const Stored& stored, Envelope envelope, const DecodedBody& rest, std::uint32_t taken) {
  envelope.readings -= taken;
  const auto bytes = batch_again(std::move(envelope), stored.class_, rest);
  if (!bytes) return bytes.error();
  const auto hash = crypto::sha256(*bytes);
  if (!hash) return hash.error();
  auto& sql = statements_;
  if (const auto set = sql[kSetBody].execute(std::string_view(*bytes), stored.id); !set) return set;
  if (const auto noted = sql[kRewritten].execute(stored.id, us(now_), bytes_of(*hash)); !noted) return noted;
  const auto columns =
      integer(sql[kHasColumns].query(device_, stored.boot, stored.first_us, stored.last_us, stored.id));
  if (!columns) return columns.error();
  const auto counted = sql[kCount].execute(rows_, *columns > 0 ? taken : rows_, stored.id);
  if (!counted) return counted;
  if (const auto gone = sql[kConflicts].execute(std::string_view(), device_, stored.epoch, stored.number); !gone)
    return gone;
  if (const auto gone = sql[kAlarm].execute(stored.id); !gone) return gone;
  return *columns > 0 ? write_columns(stored, rest) : Result<void>();
}

// The columns that are left are in other places of the new body.
Result<void> Eraser::write_columns(const Stored& stored, const DecodedBody& rest) {
  if (const auto dropped =
          statements_[kDropColumns].execute(device_, stored.boot, stored.first_us, stored.last_us, stored.id);
      !dropped)
    return dropped;
  std::size_t position = 0;
  for (const DecodedColumn& column : rest.columns) {
    if (column.readings.empty()) continue;
    const auto series = series_of(column);
    if (!series) return series.error();
    const auto [first, last] = std::ranges::minmax(column.readings, {}, &DecodedReading::time);
    const auto added = statements_[kAddColumn].execute(*series, stored.boot, us(first.time), us(last.time), stored.id,
                                                       position, column.readings.size(), column.rate);
    if (!added) return added;
    position += column.readings.size();
  }
  return {};
}

Result<std::int64_t> Eraser::series_of(const DecodedColumn& column) {
  const auto row = optional_integer(
      statements_[kSeries].query(device_, Text{column.sensor}, Text{column.metric}, Text{column.unit}, column.mdc));
  if (!row) return row.error();
  return row->value_or(0);
}

// By device.
Result<std::map<std::int64_t, std::vector<Interval>>> intervals(sql::Database& database, const std::string& where) {
  auto select = database.prepare("SELECT device, sensor, from_utc_us, to_utc_us FROM binding WHERE " + where);
  if (!select) return select.error();
  std::map<std::int64_t, std::vector<Interval>> all;
  sql::Rows rows = select->query();
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return all;
    all[rows.integer(0)].push_back({std::string(rows.bytes(1)), utc_time(rows.integer(2)), utc_time(rows.integer(3))});
  }
}

Result<Erased> erase(ReceiverStore& store, const Openers& openers, const std::string& where, std::int64_t after,
                     UtcTime now) {
  const auto devices = intervals(store.database(), where);
  if (!devices) return devices.error();
  Erased erased;
  for (const auto& [device, of_device] : *devices)
    if (const auto ran = Eraser(store, openers, device, of_device, now).run(after, erased); !ran) return ran.error();
  return erased;
}

Result<std::int64_t> mark_bindings(ReceiverStore& store, const std::string& subject, UtcTime now) {
  auto transaction = sql::Transaction::begin(store.database());
  if (!transaction) return transaction.error();
  auto mark = store.database().prepare(
      "UPDATE binding SET subject = '', erased_utc_us = $1, to_utc_us = CASE WHEN to_utc_us > $1 THEN $1 ELSE "
      "to_utc_us "
      "END WHERE subject = $2 AND erased_utc_us IS NULL RETURNING id");
  if (!mark) return mark.error();
  std::int64_t marked = 0;
  {
    sql::Rows rows = mark->query(us(now), Text{subject});
    for (auto row = rows.next(); !row || *row; row = rows.next()) {
      if (!row) return row.error();
      ++marked;
    }
  }
  if (const auto committed = transaction->commit(); !committed) return committed.error();
  return marked;
}

// Deleted rows stay in free pages and in the log until they are written over.
Result<void> forget_deleted(sql::Database& database) {
  if (database.kind() == sql::Kind::sqlite) return database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  for (const char* table : {"body", "reading", "waveform", "latest", "conflict", "alarm"})
    if (const auto done = database.execute(std::string("VACUUM ") + table); !done) return done;
  return {};
}

}  // namespace

Result<Erased> erase_subject(ReceiverStore& store, const Openers& openers, const std::string& subject, UtcTime now) {
  sql::Database& database = store.database();
  if (database.kind() == sql::Kind::sqlite)
    if (const auto set = database.execute("PRAGMA secure_delete = ON"); !set) return set.error();
  const auto marked = mark_bindings(store, subject, now);
  if (!marked) return marked.error();
  if (*marked == 0) return Error(Code::not_found, "no sensor is or was bound to " + subject);
  const auto erased = erase(store, openers, "erased_utc_us = " + std::to_string(us(now)), 0, now);
  if (!erased) return erased;
  const auto forgotten = forget_deleted(database);
  return forgotten ? erased : Result<Erased>(forgotten.error());
}

Result<Erased> erase_late(ReceiverStore& store, const Openers& openers, std::int64_t from, UtcTime now) {
  return erase(store, openers, "erased_utc_us IS NOT NULL", from - 1, now);
}

}  // namespace vitald
