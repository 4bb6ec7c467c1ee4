#include "drivers/socket/sensor_book.hpp"

#include <algorithm>

namespace vitald::socket {
namespace {

constexpr std::size_t kMostEver = 512, kLongestId = 64;
constexpr Microseconds kAhead{1'000'000};  // that a reading may lie in the future

bool is_sensor_id(const std::string& id) {
  const auto good = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-'; };
  return id.size() <= kLongestId && std::ranges::all_of(id, good);
}

Error wrong(const Column& column, std::string_view sentence) {
  return {Code::invalid, column.sensor.substr(0, kLongestId) + " " + column.metric.substr(0, kLongestId) + ": " +
                             std::string(sentence)};
}

BootTime time_of(const Column& column, std::size_t i, BootTime now) {
  if (!column.times_us.empty()) return boot_time(column.times_us[i]);
  if (!column.start_us) return now;
  const auto nanoseconds = static_cast<std::int64_t>(i) * 1'000'000'000;
  return boot_time(*column.start_us + (nanoseconds + column.rate / 2) / column.rate);
}

Result<void> append(const Column& column, const SensorBook& sensors, BootTime now, std::vector<Reading>& readings) {
  Reading reading;
  reading.sensor = sensors.find(column.sensor);
  reading.metric = find_metric(column.metric);
  if (reading.sensor == nullptr) return wrong(column, "no such sensor was declared");
  if (reading.metric == nullptr) return wrong(column, "the catalogue has no such metric");
  if (column.start_us && *column.start_us > us(now + kAhead)) return wrong(column, "start_us lies in the future");
  reading.rate = column.rate;
  reading.device_rate = column.device_rate;
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    reading.time = time_of(column, i, now);
    if (reading.time > now + kAhead) return wrong(column, "a time lies in the future: boot clock, in microseconds");
    reading.value = column.values[i];
    if (!column.qualities.empty()) reading.quality = column.qualities[column.qualities.size() == 1 ? 0 : i];
    if (!column.device_times_us.empty()) reading.device_time = DeviceTime{column.device_times_us[i]};
    if (!column.record_numbers.empty()) reading.record_number = column.record_numbers[i];
    readings.push_back(reading);
  }
  return {};
}

}  // namespace

SensorBook::SensorBook(std::string prefix, const std::vector<SensorName>& listed)
    : prefix_(std::move(prefix)), closed_(!listed.empty()) {
  for (const SensorName& sensor : listed) put(sensor);
}

Result<void> SensorBook::declare(const std::vector<SensorName>& sensors) {
  for (const SensorName& sensor : sensors)
    if (const Result<void> may = may_declare(sensor); !may) return may;
  if (sensors_.size() + sensors.size() > kMostEver) return Error(Code::refused, "too many sensors");
  for (const SensorName& sensor : sensors) put(sensor);
  return {};
}

Result<void> SensorBook::may_declare(const SensorName& sensor) const {
  if (!is_sensor_id(sensor.id)) return Error(Code::invalid, "the id of a sensor is at most 64 of A-Z a-z 0-9 . _ -");
  if (closed_ && !sensors_.contains(sensor.id))
    return Error(Code::refused, "sensor " + sensor.id + " is not among those of the settings");
  return {};
}

void SensorBook::put(const SensorName& sensor) {
  std::unique_ptr<Sensor>& known = sensors_[sensor.id];
  if (!known) known = std::make_unique<Sensor>(Sensor{sensor.id.empty() ? prefix_ : prefix_ + "-" + sensor.id});
  if (sensor.silent_after.count() > 0) known->silent_after = sensor.silent_after;
}

const Sensor* SensorBook::find(const std::string& id) const {
  const auto found = sensors_.find(id);
  return found == sensors_.end() ? nullptr : found->second.get();
}

std::vector<const Sensor*> SensorBook::all() const {
  std::vector<const Sensor*> sensors;
  for (const auto& [_, sensor] : sensors_) sensors.push_back(sensor.get());
  return sensors;
}

Result<void> append_readings(const Delivery& delivery, const SensorBook& sensors, BootTime now,
                             std::vector<Reading>& readings) {
  const std::size_t before = readings.size();
  for (const Column& column : delivery.columns) {
    const Result<void> appended = append(column, sensors, now, readings);
    if (appended) continue;
    readings.resize(before);
    return appended;
  }
  return {};
}

}  // namespace vitald::socket
