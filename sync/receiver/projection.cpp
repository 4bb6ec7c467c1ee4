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
  kReading,
  kWaveform,
  kAnchor,
  kLoss,
  kLossRange
};

constexpr const char* kSql[] = {
    "SELECT id FROM boot WHERE device = ? AND boot = ?",
    "INSERT INTO boot (device, boot) VALUES (?, ?) RETURNING id",

    "SELECT id FROM series WHERE device = ? AND sensor = ? AND metric = ? AND unit = ? AND mdc = ?",
    "INSERT INTO series (device, sensor, metric, unit, mdc) VALUES (?, ?, ?, ?, ?) RETURNING id",

    "INSERT INTO reading VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO waveform VALUES (?, ?, ?, ?, ?, ?, ?, ?)",

    // The better one of two for the same instant.
    "INSERT INTO anchor VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET utc_us = excluded.utc_us, "
    "uncertainty_us = excluded.uncertainty_us, source = excluded.source "
    "WHERE excluded.uncertainty_us < uncertainty_us",

    "INSERT INTO loss (device, boot, reason, class, readings, first_us, last_us, epoch, sensor, batch) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
    "INSERT OR IGNORE INTO loss_range VALUES (?, ?, ?)",
};

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

Result<Projection> Projection::open(Database& database) {
  auto statements = prepare_all(database, kSql);
  if (!statements) return statements.error();
  return Projection(std::move(*statements));
}

Result<std::int64_t> Projection::boot(std::int64_t device, const BootId& boot) {
  const auto found = optional_integer(statements_[kFindBoot].query(device, bytes_of(boot)));
  if (!found) return found.error();
  if (*found) return **found;
  return integer(statements_[kAddBoot].query(device, bytes_of(boot)));
}

Result<void> Projection::add(const Place& place, const DecodedBody& body) {
  std::size_t position = 0;
  for (const DecodedColumn& column : body.columns) {
    const auto added =
        place.class_ == Class::waveform ? add_waveform(place, column, position) : add_readings(place, column, position);
    if (!added) return added.error().in("projecting " + column.metric);
    if (column.metric == kClockMetric)
      if (const auto anchored = add_clock_readings(place, column); !anchored) return anchored;
    position += column.readings.size();
  }
  if (body.anchor)
    if (const auto added = add_anchor(place, *body.anchor); !added) return added;
  for (const Loss& loss : body.losses)
    if (const auto added = add_loss(place, loss); !added) return added.error().in("storing a loss record");
  return {};
}

Result<std::int64_t> Projection::series(std::int64_t device, const DecodedColumn& column) {
  const auto query = [&](Sql sql) {
    return statements_[sql].query(device, Text{column.sensor}, Text{column.metric}, Text{column.unit}, column.mdc);
  };
  const auto found = optional_integer(query(kFindSeries));
  if (!found) return found.error();
  if (*found) return **found;
  return integer(query(kAddSeries));
}

Result<void> Projection::add_readings(const Place& place, const DecodedColumn& column, std::size_t position) {
  const auto row = series(place.device, column);
  if (!row) return row.error();
  for (const DecodedReading& reading : column.readings) {
    const auto added = statements_[kReading].execute(*row, place.boot, us(reading.time), place.batch, position++,
                                                     reading.value.mantissa(), reading.value.exponent(),
                                                     static_cast<int>(reading.value.special()), reading.quality,
                                                     column.rate, device_time(reading), reading.record_number);
    if (!added) return added;
  }
  return {};
}

Result<void> Projection::add_waveform(const Place& place, const DecodedColumn& column, std::size_t position) {
  if (column.readings.empty()) return {};
  const auto row = series(place.device, column);
  if (!row) return row.error();
  const auto [first, last] = std::ranges::minmax(column.readings, {}, &DecodedReading::time);
  return statements_[kWaveform].execute(*row, place.boot, us(first.time), us(last.time), place.batch, position,
                                        column.readings.size(), column.rate);
}

Result<void> Projection::add_anchor(const Place& place, const Anchor& anchor) {
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

DecodedReading projected_reading(const Rows& rows, BootTime time, int first) {
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

Result<Timeline> timeline(Statement& anchors, std::int64_t boot) {
  Timeline timeline;
  Rows rows = anchors.query(boot);
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return timeline;
    timeline.add({boot_time(rows.integer(0)), utc_time(rows.integer(1)), Microseconds(rows.integer(2)),
                  static_cast<ClockSource>(rows.integer(3))});
  }
}

}  // namespace vitald
