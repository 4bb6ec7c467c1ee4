#include "drivers/ble/intake.hpp"

#include <spdlog/spdlog.h>

#include "drivers/ble/packet_octets.hpp"
#include "drivers/gatt/characteristics.hpp"

namespace vitald::ble {
namespace {

constexpr std::uint16_t kGlucoseContext = 0x2A34, kCgmMeasurement = 0x2AA7;
constexpr std::size_t kMostContexts = 10'000;  // whose measurement's time is remembered
constexpr std::uint64_t kLoggedRefusals = 3;   // a device; the rest is counted

// A CGM packet may hold several records, each led by its size.
std::vector<SentAt> single_records(const SentAt& packet) {
  if (packet.uuid != kCgmMeasurement) return {packet};
  std::vector<SentAt> records;
  Bytes rest = packet.octets;
  while (!rest.empty()) {
    const std::size_t size = std::min<std::size_t>(std::max<std::size_t>(rest[0], 1), rest.size());
    records.push_back({packet.uuid, {rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size)}, packet.time});
    rest = rest.subspan(size);
  }
  return records;
}

// The minute in its session is a CGM record's number.
std::optional<std::uint32_t> number_of(const Packet& packet) {
  if (packet.record_number) return packet.record_number;
  for (const Value& value : packet.readings)
    if (value.minutes) return *value.minutes;
  return {};
}

}  // namespace

Intake::Intake(ReadingSink& sink, SensorSet& sensors, std::string cursor_name, std::string quirk)
    : sink_(sink), sensors_(sensors), cursor_name_(std::move(cursor_name)), quirk_(std::move(quirk)) {
  cursor_ = RecordCursor::from(sink_.cursor(cursor_name_).bytes);
}

Result<Packet> Intake::decode(const SentAt& packet) {
  ++counts_.packets;
  Result<Packet> decoded = decode_packet(packet.uuid, packet.octets, quirk_);
  if (!decoded && counts_.refused++ < kLoggedRefusals)
    spdlog::warn("{}: a packet of {:04X} is refused: {}", sensors_.device().id, packet.uuid,
                 decoded.error().sentence());
  return decoded;
}

void Intake::live(const SentAt& packet) {
  const Result<Packet> decoded = decode(packet);
  if (decoded) append(live_, packet, *decoded);
}

void Intake::record_live() {
  if (!live_.empty()) sink_.record(live_);
  live_.clear();
}

bool Intake::record(const SentAt& packet) {
  bool any = false;
  for (const SentAt& record : single_records(packet)) any = record_one(record) || any;
  return any;
}

bool Intake::record_one(const SentAt& packet) {
  Result<Packet> decoded = decode(packet);
  if (!decoded) {  // what it said is kept all the same
    append_octets(records_, sensors_.device(), packet.time, packet.uuid, packet.octets, quality::kInvalid);
    ++waiting_records_;
    return true;
  }
  const std::optional<std::uint32_t> number = number_of(*decoded);
  const Value none;
  const Value& first = decoded->readings.empty() ? none : decoded->readings.front();
  const std::optional<DeviceTime> time = time_of(packet.uuid, *decoded, first);
  const bool stored = time || number;
  if (packet.uuid == kGlucoseContext && time) decoded->device_time = time;
  const RecordKey key = !stored ? 0
                        : time  ? record_key(packet.uuid, *time, *decoded)
                                : record_key(packet.uuid, packet.octets);
  if (packet.uuid != kGlucoseContext) last_ = {number, key};
  if (time && number && measured_at_.size() < kMostContexts) measured_at_[*number] = *time;
  if (stored && cursor_.had(key)) {
    ++counts_.repeated;
    return false;
  }
  if (stored) cursor_.remember(key);
  append(records_, packet, *decoded);
  append_octets(records_, sensors_.of(decoded->user), packet.time, packet.uuid, packet.octets, quality::kGood);
  ++waiting_records_;
  ++counts_.records;
  return true;
}

// On the sensor's clock: as sent, counted from the session's start, or that of the measurement a context belongs to.
std::optional<DeviceTime> Intake::time_of(std::uint16_t uuid, const Packet& packet, const Value& value) const {
  if (packet.device_time) return packet.device_time;
  if (value.minutes && session_) return DeviceTime{session_->us + *value.minutes * std::int64_t{60'000'000}};
  if (uuid != kGlucoseContext || !packet.record_number) return {};
  const auto found = measured_at_.find(*packet.record_number);
  return found == measured_at_.end() ? std::nullopt : std::optional(found->second);
}

void Intake::append(std::vector<Reading>& readings, const SentAt& sent, const Packet& packet) {
  const Sensor& sensor = sensors_.of(packet.user);
  for (const Value& value : packet.readings) {
    Reading reading;
    reading.sensor = &sensor;
    reading.metric = value.metric;
    reading.time = sent.time;
    reading.value = value.value;
    reading.quality = value.quality;
    reading.device_time = time_of(sent.uuid, packet, value);
    reading.record_number = packet.record_number;
    readings.push_back(reading);
  }
}

void Intake::describe(const SentAt& packet) {
  append_octets(live_, sensors_.device(), packet.time, packet.uuid, packet.octets, quality::kGood);
}

void Intake::add_reading(std::string_view metric, const Decimal& value, BootTime time,
                         std::optional<DeviceTime> device_time) {
  Reading reading;
  reading.sensor = &sensors_.device();
  reading.metric = find_metric(metric);
  reading.time = time;
  reading.value = value;
  reading.device_time = device_time;
  live_.push_back(reading);
}

asio::awaitable<Result<void>> Intake::commit() {
  const std::vector<Reading> readings = std::exchange(records_, {});
  waiting_records_ = 0;
  const Cursor cursor{cursor_name_, cursor_.bytes()};
  const Result<void> committed = co_await sink_.commit(readings, cursor);
  if (!committed) co_return committed.error().in("committing records of " + sensors_.device().id);
  co_return Result<void>();
}

void Intake::give_up() {
  if (!records_.empty()) sink_.record(records_);
  records_.clear();
  record_live();
}

}  // namespace vitald::ble
