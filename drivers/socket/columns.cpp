#include "drivers/socket/columns.hpp"

#include <algorithm>
#include <tuple>

namespace vitald::socket {
namespace {

auto kind_of(const Reading& reading) {
  const int exponent = reading.value.is_number() ? reading.value.exponent() : Decimal::kMaxExponent + 1;
  return std::tuple(reading.sensor, reading.metric, exponent, reading.rate, reading.device_rate,
                    reading.device_time.has_value(), reading.record_number.has_value());
}

Column empty_column(const std::string& peer, const Reading& reading) {
  Column column;
  column.sensor = id_within(peer, reading.sensor->id);
  column.metric = reading.metric->key;
  column.rate = reading.rate;
  column.device_rate = reading.device_rate;
  return column;
}

void add(Column& column, const Reading& reading) {
  column.values.push_back(reading.value);
  column.times_us.push_back(us(reading.time));
  column.qualities.push_back(reading.quality);
  if (reading.device_time) column.device_times_us.push_back(reading.device_time->us);
  if (reading.record_number) column.record_numbers.push_back(*reading.record_number);
}

}  // namespace

std::string id_within(const std::string& peer, const std::string& sensor) {
  if (sensor == peer) return "";
  return sensor.starts_with(peer + "-") ? sensor.substr(peer.size() + 1) : sensor;
}

std::vector<Column> columns_of(const std::string& peer, std::span<const Reading> readings) {
  std::vector<Column> columns;
  std::vector<const Reading*> firsts;  // of each column
  for (const Reading& reading : readings) {
    const auto same =
        std::ranges::find_if(firsts, [&](const Reading* first) { return kind_of(*first) == kind_of(reading); });
    const auto at = static_cast<std::size_t>(same - firsts.begin());
    if (same == firsts.end()) {
      columns.push_back(empty_column(peer, reading));
      firsts.push_back(&reading);
    }
    add(columns[at], reading);
  }
  return columns;
}

}  // namespace vitald::socket
