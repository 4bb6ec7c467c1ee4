#include "sync/receiver/projection.hpp"

#include <algorithm>

#include "sync/receiver/receiver_store.hpp"

namespace vitald {
namespace {

// In the order of kSql.
enum Sql : std::size_t {
  kFindBoot,
  kAddBoot,
  kFindSeries,
  kAddSeries,
  kRecord,
  kLatest,
  kAnchor,
  kLoss,
  kLossRange,
  kAlarm
};

constexpr const char* kSql[] = {
    "SELECT id FROM boot WHERE device = $1 AND boot = $2",
    "INSERT INTO boot (device, boot) VALUES ($1, $2) RETURNING id",

    "SELECT id FROM series WHERE device = $1 AND sensor = $2 AND metric = $3 AND unit = $4 AND mdc = $5",
    "INSERT INTO series (device, sensor, metric, unit, mdc) VALUES ($1, $2, $3, $4, $5) RETURNING id",

    "INSERT INTO stored_record VALUES ($1, $2, $3, $4, $5) ON CONFLICT (sensor, device_time_us, record_number, metric) "
    "DO NOTHING RETURNING batch",

    // By the time of measuring: on one boot's clock, else by UTC, as far as it is known.
    "INSERT INTO latest VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (series) DO UPDATE SET "
    "boot = excluded.boot, boot_us = excluded.boot_us, batch = excluded.batch, position = excluded.position, "
    "mantissa = excluded.mantissa, exponent = excluded.exponent, special = excluded.special, "
    "quality = excluded.quality WHERE CASE WHEN latest.boot = excluded.boot THEN latest.boot_us <= excluded.boot_us "
    "ELSE coalesce(latest.boot_us + (SELECT utc_us - boot_us FROM anchor WHERE boot = latest.boot ORDER BY boot_us "
    "DESC "
    "LIMIT 1), 0) <= coalesce(excluded.boot_us + (SELECT utc_us - boot_us FROM anchor WHERE boot = excluded.boot ORDER "
    "BY boot_us DESC LIMIT 1), 0) END",

    // The better one of two for the same instant.
    "INSERT INTO anchor VALUES ($1, $2, $3, $4, $5) ON CONFLICT (boot, boot_us) DO UPDATE SET utc_us = "
    "excluded.utc_us, "
    "uncertainty_us = excluded.uncertainty_us, source = excluded.source "
    "WHERE excluded.uncertainty_us < anchor.uncertainty_us",

    "INSERT INTO loss (device, boot, reason, class, readings, first_us, last_us, epoch, sensor, batch) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
    "INSERT INTO loss_range VALUES ($1, $2, $3) ON CONFLICT (loss, first) DO NOTHING",

    "INSERT INTO alarm VALUES ($1)",
};

constexpr std::size_t kMostKnown = 100'000;

// A clock reading says nothing of its uncertainty: no better than what a trusted source may be off.
constexpr Microseconds kClockReadingUncertainty = std::chrono::seconds(1);

std::optional<std::int64_t> device_time(const DecodedReading& reading) {
  return reading.device_time ? std::optional(reading.device_time->us) : std::nullopt;
}

std::optional<Anchor> anchor_of(const DecodedReading& reading) {
  const bool usable = reading.value.is_number() && !(reading.quality & (quality::kInvalid | quality::kTest));
  if (!usable || reading.value.exponent() != -6) return std::nullopt;
  return Anchor{reading.time, utc_time(reading.value.mantissa()), kClockReadingUncertainty, ClockSource::kernel};
}

}  // namespace

Result<Projection> Projection::open(sql::Database& database, Choice choice) {
  auto statements = prepare_all(database, kSql);
  if (!statements) return statements.error();
  auto readings = database.bulk("reading", {"series", "boot", "boot_us", "batch", "position", "mantissa", "exponent",
                                            "special", "quality", "rate_mhz", "device_time_us", "record_number"});
  if (!readings) return readings.error();
  auto columns =
      database.bulk("waveform", {"series", "boot", "first_us", "last_us", "batch", "position", "samples", "rate_mhz"});
  if (!columns) return columns.error();
  return Projection(choice, std::move(*statements), std::move(*readings), std::move(*columns));
}

Result<std::int64_t> Projection::boot(std::int64_t device, const BootId& boot) {
  const std::pair key(device, boot);
  if (const auto known = boots_.find(key); known != boots_.end()) return known->second;
  const auto found = optional_integer(statements_[kFindBoot].query(device, bytes_of(boot)));
  if (!found) return found.error();
  const auto row = *found ? Result(**found) : integer(statements_[kAddBoot].query(device, bytes_of(boot)));
  if (boots_.size() >= kMostKnown) boots_.clear();
  if (row) boots_.emplace(key, *row);
  return row;
}

Result<Contents> Projection::add(const Place& place, const DecodedBody& body) {
  Contents contents;
  std::size_t position = 0;
  const bool rows = place.class_ == Class::alarm || (place.class_ == Class::vital && choice_.vitals);
  for (const DecodedColumn& column : body.columns) {
    if (column.readings.empty()) continue;
    const auto added = rows ? add_readings(place, column, position, contents) : add_column(place, column, position);
    if (!added) return added.error().in("projecting " + column.metric);
    if (column.metric == kClockMetric)
      if (const auto anchored = add_clock_readings(place, column); !anchored) return anchored.error();
    position += column.readings.size();
    const auto [first, last] = std::ranges::minmax(column.readings, {}, &DecodedReading::time);
    contents.first = std::min(contents.first.value_or(first.time), first.time);
    contents.last = std::max(contents.last.value_or(last.time), last.time);
  }
  if (body.anchor)
    if (const auto added = add_anchor(place, *body.anchor); !added) return added.error();
  for (const Loss& loss : body.losses)
    if (const auto added = add_loss(place, loss); !added) return added.error().in("storing a loss record");
  if (choice_.push_alarms && place.class_ == Class::alarm && position > 0)
    if (const auto queued = statements_[kAlarm].execute(place.batch); !queued) return queued.error();
  return contents;
}

Result<std::int64_t> Projection::series(std::int64_t device, const DecodedColumn& column) {
  std::string key;
  for (const std::string& part : {column.sensor, column.metric, column.unit}) (key += part) += '\0';
  key += std::to_string(column.mdc) + ' ' + std::to_string(device);
  if (const auto known = series_.find(key); known != series_.end()) return known->second;
  const auto query = [&](Sql sql) {
    return statements_[sql].query(device, Text{column.sensor}, Text{column.metric}, Text{column.unit}, column.mdc);
  };
  const auto found = optional_integer(query(kFindSeries));
  if (!found) return found.error();
  const auto row = *found ? Result(**found) : integer(query(kAddSeries));
  if (series_.size() >= kMostKnown) series_.clear();
  if (row) series_.emplace(std::move(key), *row);
  return row;
}

Result<void> Projection::add_readings(const Place& place, const DecodedColumn& column, std::size_t position,
                                      Contents& contents) {
  const auto row = series(place.device, column);
  if (!row) return row.error();
  for (const DecodedReading& reading : column.readings) {
    const std::size_t at = position++;
    const auto known = is_known_record(place, column, reading);
    if (!known) return known.error();
    ++(*known ? contents.left_out : contents.projected);
    if (*known) continue;
    const auto added = readings_->add(*row, place.boot, us(reading.time), place.batch, at, reading.value.mantissa(),
                                      reading.value.exponent(), static_cast<int>(reading.value.special()),
                                      reading.quality, column.rate, device_time(reading), reading.record_number);
    if (!added) return added;
    note_latest(*row, place, reading, at);
  }
  return {};
}

// What has a record number of its sensor's own and that sensor's time was stored there, and can be fetched twice.
Result<bool> Projection::is_known_record(const Place& place, const DecodedColumn& column,
                                         const DecodedReading& reading) {
  if (!reading.record_number || !reading.device_time) return false;
  const auto added = optional_integer(statements_[kRecord].query(
      Text{column.sensor}, reading.device_time->us, *reading.record_number, Text{column.metric}, place.batch));
  if (!added) return added.error();
  return !added->has_value();
}

Result<void> Projection::add_column(const Place& place, const DecodedColumn& column, std::size_t position) {
  const auto row = series(place.device, column);
  if (!row) return row.error();
  const auto [first, last] = std::ranges::minmax(column.readings, {}, &DecodedReading::time);
  return columns_->add(*row, place.boot, us(first.time), us(last.time), place.batch, position, column.readings.size(),
                       column.rate);
}

void Projection::note_latest(std::int64_t series, const Place& place, const DecodedReading& reading,
                             std::size_t position) {
  const auto [known, fresh] = latest_.try_emplace({series, place.boot});
  Latest& latest = known->second;
  if (!fresh && reading.time < latest.reading.time) return;
  latest = {place.boot, place.batch, position, reading};
}

Result<void> Projection::write_latest() {
  sql::Table rows;
  for (const auto& [key, latest] : latest_) {
    const Decimal& value = latest.reading.value;
    rows.add(key.first, latest.boot, us(latest.reading.time), latest.batch, latest.position, value.mantissa(),
             value.exponent(), static_cast<int>(value.special()), latest.reading.quality);
  }
  return statements_[kLatest].each(rows);
}

Result<void> Projection::write() {
  if (const auto written = readings_->finish(); !written) return written.error().in("projecting readings");
  if (const auto written = columns_->finish(); !written) return written.error().in("projecting columns");
  if (const auto written = write_latest(); !written) return written.error().in("noting the latest readings");
  latest_.clear();
  return {};
}

void Projection::forget() {
  readings_->clear();
  columns_->clear();
  latest_.clear();
  boots_.clear();
  series_.clear();
  anchors_.clear();
}

Result<void> Projection::add_anchor(const Place& place, const Anchor& anchor) {
  if (const auto known = anchors_.find(place.boot); known != anchors_.end() && known->second == anchor) return {};
  if (anchors_.size() >= kMostKnown) anchors_.clear();
  anchors_.insert_or_assign(place.boot, anchor);
  return statements_[kAnchor].execute(place.boot, us(anchor.boot_time), us(anchor.utc), anchor.uncertainty.count(),
                                      static_cast<int>(anchor.source));
}

Result<void> Projection::add_clock_readings(const Place& place, const DecodedColumn& column) {
  for (const DecodedReading& reading : column.readings) {
    const auto anchor = anchor_of(reading);
    if (!anchor) continue;
    if (const auto added = add_anchor(place, *anchor); !added) return added;
  }
  return {};
}

Result<void> Projection::add_loss(const Place& place, const Loss& loss) {
  const auto lost_in = boot(place.device, loss.boot);
  if (!lost_in) return lost_in.error();
  const auto id = integer(statements_[kLoss].query(place.device, *lost_in, static_cast<int>(loss.reason),
                                                   static_cast<int>(loss.class_), stored(loss.readings), us(loss.first),
                                                   us(loss.last), stored(loss.epoch), Text{loss.sensor}, place.batch));
  if (!id) return id.error();
  for (const Range& range : loss.ranges) {
    const auto added = statements_[kLossRange].execute(*id, stored(range.first), stored(range.last));
    if (!added) return added;
  }
  return {};
}

DecodedReading projected_reading(const sql::Rows& rows, BootTime time, int first) {
  DecodedReading reading;
  reading.time = time;
  const auto special = static_cast<Special>(rows.integer(first + 2));
  if (special == Special::none) reading.value = Decimal(rows.integer(first), static_cast<int>(rows.integer(first + 1)));
  if (special != Special::none) reading.value = special;
  reading.quality = static_cast<Quality>(rows.integer(first + 3));
  if (!rows.is_null(first + 4)) reading.device_time = DeviceTime{rows.integer(first + 4)};
  if (!rows.is_null(first + 5)) reading.record_number = static_cast<std::uint32_t>(rows.integer(first + 5));
  return reading;
}

Result<Timeline> timeline(sql::Statement& anchors, std::int64_t boot) {
  Timeline timeline;
  sql::Rows rows = anchors.query(boot);
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return timeline;
    timeline.add({boot_time(rows.integer(0)), utc_time(rows.integer(1)), Microseconds(rows.integer(2)),
                  static_cast<ClockSource>(rows.integer(3))});
  }
}

}  // namespace vitald
