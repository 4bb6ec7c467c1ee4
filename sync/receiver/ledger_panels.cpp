#include "sync/receiver/ledger_panels.hpp"

#include "sync/receiver/projection.hpp"

namespace vitald {

Result<LedgerPanels> LedgerPanels::open(sql::Database& database) {
  auto find = database.prepare(
      "SELECT mantissa, exponent, special, quality, device_time_us, record_number FROM reading JOIN series AS other "
      "ON other.id = reading.series JOIN series AS one ON one.device = other.device AND one.sensor = other.sensor "
      "WHERE one.id = $1 AND other.metric = $2 AND reading.boot = $3 AND reading.boot_us = $4 "
      "ORDER BY reading.batch, position LIMIT 1");
  if (!find) return find.error();
  return LedgerPanels(std::move(*find));
}

PanelReadings LedgerPanels::at(const Series& series, const ExportedReading& reading) {
  PanelReadings readings;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    if (kPanelMetrics[i] == series.metric) {
      readings[i] = reading.reading;
      continue;
    }
    const BootTime time = reading.reading.time;
    sql::Rows rows = find_.query(series.id, Text{kPanelMetrics[i]}, reading.origin.boot_row, us(time));
    const auto row = rows.next();
    if (row && *row) readings[i] = projected_reading(rows, time, 0);
  }
  return readings;
}

}  // namespace vitald
