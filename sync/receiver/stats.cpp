#include "sync/receiver/stats.hpp"

#include <functional>

#include "sync/receiver/receiver_store.hpp"

namespace vitald {
namespace {

// Each gives rows of (device, count).
constexpr const char* kConflicts = "SELECT device, sum(count) FROM conflict GROUP BY device";
constexpr const char* kLostReadings = "SELECT device, sum(readings) FROM loss GROUP BY device";
constexpr const char* kLostBatches =
    "SELECT device, sum(loss_range.last - loss_range.first + 1) FROM loss_range JOIN loss ON loss.id = loss_range.loss "
    "GROUP BY device";
// Up to the highest number that came, was declared lost or is in the device's inventory.
constexpr const char* kGaps =
    "SELECT device, sum(highest - counted) FROM (SELECT device, epoch, max(last) AS highest, sum(numbers) AS counted "
    "FROM (SELECT device, epoch, last, last - first + 1 AS numbers FROM done UNION ALL "
    "SELECT device, epoch, last, 0 FROM inventory) AS numbered GROUP BY device, epoch) AS counts GROUP BY device";

Result<void> each_row(sql::Database& database, const std::string& sql,
                      const std::function<void(const sql::Rows&)>& each) {
  auto statement = database.prepare(sql);
  if (!statement) return statement.error();
  sql::Rows rows = statement->query();
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return {};
    each(rows);
  }
}

std::uint64_t count(const sql::Rows& rows, int column) { return unsigned_of(rows.integer(column)); }

using Devices = std::map<std::int64_t, DeviceCounts>;

Result<Devices> read_devices(sql::Database& database) {
  Devices devices;
  const auto read = each_row(
      database,
      "SELECT id, name, CASE WHEN device.key IS NULL THEN 0 ELSE 1 END, count(epoch), sum(batches), sum(readings), "
      "sum(bytes), sum(duplicates), max(last_utc_us) FROM device LEFT JOIN epoch ON epoch.device = device.id "
      "GROUP BY device.id, name, device.key ORDER BY device.id",
      [&](const sql::Rows& rows) {
        DeviceCounts& device = devices[rows.integer(0)];
        device.device = rows.bytes(1);
        device.registered = rows.integer(2) != 0;
        device.counts.epochs = count(rows, 3);
        device.counts.batches = count(rows, 4);
        device.counts.readings = count(rows, 5);
        device.counts.bytes = count(rows, 6);
        device.counts.duplicates = count(rows, 7);
        device.last_utc_us = rows.integer(8);
      });
  if (!read) return read.error();
  return devices;
}

Result<void> add_counts(sql::Database& database, const char* sql, Devices& devices, std::uint64_t Counts::*field) {
  return each_row(database, sql,
                  [&](const sql::Rows& rows) { devices[rows.integer(0)].counts.*field = count(rows, 1); });
}

Result<void> add_refusals(sql::Database& database, Stats& stats) {
  return each_row(database, "SELECT device, reason, count FROM refusal", [&](const sql::Rows& rows) {
    const std::string reason(rows.bytes(1));
    stats.total.refused[reason] += count(rows, 2);
    for (DeviceCounts& device : stats.devices)
      if (device.device == rows.bytes(0)) device.counts.refused[reason] += count(rows, 2);
  });
}

void add(Counts& total, const Counts& counts) {
  total.epochs += counts.epochs;
  total.batches += counts.batches;
  total.readings += counts.readings;
  total.bytes += counts.bytes;
  total.duplicates += counts.duplicates;
  total.conflicts += counts.conflicts;
  total.gaps += counts.gaps;
  total.lost_batches += counts.lost_batches;
  total.lost_readings += counts.lost_readings;
}

}  // namespace

Result<Stats> read_stats(sql::Database& database) {
  auto devices = read_devices(database);
  if (!devices) return devices.error();
  const std::pair<const char*, std::uint64_t Counts::*> more[] = {{kConflicts, &Counts::conflicts},
                                                                  {kLostReadings, &Counts::lost_readings},
                                                                  {kLostBatches, &Counts::lost_batches},
                                                                  {kGaps, &Counts::gaps}};
  for (const auto& [sql, field] : more)
    if (const auto added = add_counts(database, sql, *devices, field); !added) return added.error();
  Stats stats;
  for (auto& [row, device] : *devices) {
    add(stats.total, device.counts);
    stats.devices.push_back(std::move(device));
  }
  if (const auto added = add_refusals(database, stats); !added) return added.error();
  const auto waiting = database.number("SELECT count(*) FROM alarm");
  if (!waiting) return waiting.error();
  stats.alarms_waiting = unsigned_of(*waiting);
  return stats;
}

}  // namespace vitald
