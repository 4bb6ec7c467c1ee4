#include "sync/batch/column_reader.hpp"

#include <algorithm>

#include "sync/batch/numbers.hpp"
#include "sync/batch/sample_clock.hpp"
#include "sync/batch/wire.hpp"

namespace vitald {
namespace {

// A Column as carried; views into the body's bytes.
struct RawColumn {
  std::uint32_t sensor = 0, mdc = 0, resolution_us = 0, count = 0, rate = 0, device_rate = 0, device_phase = 0;
  std::int32_t exponent = 0;
  std::uint64_t factor = 0;
  std::string_view metric, unit, time, value, device_time, record_number;
  std::vector<std::uint64_t> quality;
};

void read_list(WireReader& reader, RawColumn& column) {
  switch (reader.field()) {
    case 8:
      column.time = reader.bytes();
      break;
    case 10:
      column.value = reader.bytes();
      break;
    case 11:
      reader.append_to(column.quality, 2 * kMaxReadingsInBody);
      break;
    case 12:
      column.device_time = reader.bytes();
      break;
    case 15:
      column.record_number = reader.bytes();
      break;
  }
}

void read_field(WireReader& reader, RawColumn& column) {
  switch (reader.field()) {
    case 1:
      column.sensor = reader.uint32();
      break;
    case 2:
      column.metric = reader.text(kMaxTextBytes);
      break;
    case 3:
      column.mdc = reader.uint32();
      break;
    case 4:
      column.unit = reader.text(kMaxTextBytes);
      break;
    case 5:
      column.exponent = reader.sint32();
      break;
    case 6:
      column.resolution_us = reader.uint32();
      break;
    case 7:
      column.count = reader.uint32();
      break;
    case 9:
      column.rate = reader.uint32();
      break;
    case 13:
      column.device_rate = reader.uint32();
      break;
    case 14:
      column.device_phase = reader.uint32();
      break;
    case 16:
      column.factor = reader.uint64();
      break;
    default:
      read_list(reader, column);
  }
}

Result<RawColumn> read_column(std::string_view bytes) {
  RawColumn column;
  WireReader reader(bytes);
  while (reader.next()) read_field(reader, column);
  if (reader.error()) return *reader.error();
  if (column.metric.empty()) return invalid("no metric");
  if (column.exponent < Decimal::kMinExponent || column.exponent > Decimal::kMaxExponent)
    return invalid("exponent " + std::to_string(column.exponent) + " is out of range");
  if (column.device_phase != 0 && column.device_phase >= column.device_rate)
    return invalid("device_phase is not below device_rate_mhz");
  return column;
}

// Hands out the list's numbers to `put`, one a reading. Each takes a bit at least, so a lying count ends early.
template <class Put>
Result<void> each_number(std::string_view list, unsigned order, std::size_t count, std::string_view name, Put put) {
  NumbersReader numbers(list, order);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t number = numbers.next();
    if (numbers.ended()) return invalid(std::string(name) + " has fewer numbers than the column readings");
    put(i, number);
  }
  if (!numbers.complete()) return invalid(std::string(name) + " has more numbers than the column readings");
  return {};
}

// The single number of a list, followed at a rate.
template <class Put>
Result<void> each_tick(std::string_view list, SampleClock clock, std::uint64_t resolution_us, std::size_t count,
                       std::string_view name, Put put) {
  return each_number(list, 2, 1, name, [&](std::size_t, std::int64_t number) {
    const std::uint64_t first = static_cast<std::uint64_t>(number) * resolution_us;
    for (std::size_t i = 0; i < count; ++i, clock.advance()) put(i, static_cast<std::int64_t>(first + clock.us()));
  });
}

using Readings = std::vector<DecodedReading>;

Result<void> decode_values(const RawColumn& column, Readings& readings) {
  const std::uint64_t factor = std::max<std::uint64_t>(column.factor, 1);
  std::uint64_t first = 0;
  return each_number(column.value, 1, column.count, "value", [&](std::size_t i, std::int64_t number) {
    const auto n = static_cast<std::uint64_t>(number);
    if (i == 0) first = n;
    const auto mantissa = static_cast<std::int64_t>(first + factor * (n - first));
    readings.emplace_back().value = Decimal(mantissa, column.exponent);
  });
}

Result<void> decode_times(const RawColumn& column, std::uint64_t base_us, Readings& readings) {
  const std::uint64_t resolution = column.resolution_us == 0 ? 1000 : column.resolution_us;
  const auto put = [&](std::size_t i, std::int64_t since_us) {
    readings[i].time = boot_time(static_cast<std::int64_t>(base_us + static_cast<std::uint64_t>(since_us)));
  };
  if (column.rate != 0)
    return each_tick(column.time, SampleClock(column.rate), resolution, readings.size(), "time", put);
  return each_number(column.time, 2, readings.size(), "time", [&](std::size_t i, std::int64_t time) {
    put(i, static_cast<std::int64_t>(static_cast<std::uint64_t>(time) * resolution));
  });
}

Result<void> decode_device_times(const RawColumn& column, Readings& readings) {
  if (column.device_time.empty()) return {};
  const auto put = [&](std::size_t i, std::int64_t time_us) { readings[i].device_time = DeviceTime{time_us}; };
  if (column.device_rate == 0) return each_number(column.device_time, 2, readings.size(), "device_time_us", put);
  const SampleClock clock(column.device_rate, column.device_phase);
  return each_tick(column.device_time, clock, 1, readings.size(), "device_time_us", put);
}

Result<void> decode_record_numbers(const RawColumn& column, Readings& readings) {
  if (column.record_number.empty()) return {};
  bool fit = true;
  const auto put = [&](std::size_t i, std::int64_t number) {
    fit = fit && number >= 0 && number <= 0xffff'ffff;
    readings[i].record_number = static_cast<std::uint32_t>(number);
  };
  auto done = each_number(column.record_number, 1, readings.size(), "record_number", put);
  return done && !fit ? invalid("record_number does not fit 32 bits") : done;
}

// One run of equal quality words over `readings`.
Result<void> apply_quality(std::uint64_t word, std::span<DecodedReading> readings) {
  const std::uint64_t flags = word >> 3, special = word & 7;
  if (flags > 0xffff) return invalid("quality has flags beyond 16 bits");
  if (special > static_cast<std::uint64_t>(Special::reserved)) return invalid("quality has an unknown special value");
  for (DecodedReading& reading : readings) {
    reading.quality = static_cast<Quality>(flags);
    if (special != 0) reading.value = static_cast<Special>(special);
  }
  return {};
}

Result<void> decode_quality(const RawColumn& column, Readings& readings) {
  if (column.quality.empty()) return {};
  const Error wrong_length = invalid("quality's runs do not cover the column's readings");
  std::span<DecodedReading> rest = readings;
  for (std::size_t i = 0; i + 1 < column.quality.size(); i += 2) {
    if (column.quality[i + 1] > rest.size()) return wrong_length;
    const auto length = static_cast<std::size_t>(column.quality[i + 1]);
    if (auto applied = apply_quality(column.quality[i], rest.first(length)); !applied) return applied;
    rest = rest.subspan(length);
  }
  if (!rest.empty() || column.quality.size() % 2 != 0) return wrong_length;
  return {};
}

}  // namespace

Result<DecodedColumn> decode_column(std::string_view bytes, std::span<const std::string_view> sensors,
                                    std::uint64_t base_us, std::size_t most_readings) {
  const auto raw = read_column(bytes);
  if (!raw) return raw.error();
  if (raw->sensor >= sensors.size()) return invalid("sensor " + std::to_string(raw->sensor) + " is not in the body");
  if (raw->count == 0) return invalid("no readings");
  if (raw->count > most_readings) return invalid("more readings than a body may hold");
  DecodedColumn column{
      std::string(sensors[raw->sensor]), std::string(raw->metric), std::string(raw->unit), raw->mdc, raw->rate, {}};
  if (auto done = decode_values(*raw, column.readings); !done) return done.error();
  if (auto done = decode_times(*raw, base_us, column.readings); !done) return done.error();
  if (auto done = decode_quality(*raw, column.readings); !done) return done.error();
  if (auto done = decode_device_times(*raw, column.readings); !done) return done.error();
  if (auto done = decode_record_numbers(*raw, column.readings); !done) return done.error();
  return column;
}

}  // namespace vitald
