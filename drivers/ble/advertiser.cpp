#include "drivers/ble/advertiser.hpp"

#include <spdlog/spdlog.h>

#include "drivers/ble/uuid.hpp"
#include "drivers/gatt/characteristics.hpp"

namespace vitald::ble {
namespace {

constexpr std::uint64_t kLoggedAdvertisements = 3;

}  // namespace

Advertiser::Advertiser(ReadingSink& sink, SensorSet& sensors, std::string cursor_name, std::string quirk,
                       std::optional<BthomeKey> key)
    : sink_(sink),
      sensors_(sensors),
      cursor_name_(std::move(cursor_name)),
      quirk_(std::move(quirk)),
      key_(std::move(key)),
      cursor_(RecordCursor::from(sink.cursor(cursor_name_).bytes)),
      counter_(CounterRule::Restart::refused, cursor_.counter) {}

void Advertiser::advertised(const Dictionary& service_data, BootTime time) {
  for (const auto& [uuid, value] : service_data) {
    const auto service = short_uuid(uuid);
    const Octets* data = value.as<Octets>();
    if (!service || data == nullptr || last_[*service] == *data) continue;
    last_[*service] = *data;
    if (*service == service::kBthome)
      take_bthome(*data, time);
    else if (!quirk_.empty())
      take_quirk(*service, *data, time);
  }
}

void Advertiser::take_bthome(Bytes data, BootTime time) {
  const Result<BthomePacket> decoded = decode_bthome(data, key_);
  if (!decoded) return refuse(decoded.error().sentence());
  if (decoded->packet_id && decoded->packet_id == packet_id_) return;
  packet_id_ = decoded->packet_id;
  if (decoded->counter) {
    const CounterRule::Verdict verdict = counter_.check(*decoded->counter);
    if (verdict == CounterRule::Verdict::replayed)
      return refuse("its counter has gone back: replayed, or a new battery");
    if (verdict == CounterRule::Verdict::repeated) return;
    cursor_.counter = decoded->counter;
    counted_ = true;
  }
  hand_over(decoded->packet, time);
}

void Advertiser::take_quirk(std::uint16_t service, Bytes data, BootTime time) {
  const Quirk* quirk = find_quirk(quirk_);
  if (quirk == nullptr || quirk->uuid != service) return;
  const Result<Packet> decoded = quirk->decode(data);
  if (!decoded) return refuse(decoded.error().sentence());
  hand_over(*decoded, time);
}

void Advertiser::hand_over(const Packet& packet, BootTime time) {
  std::vector<Reading> readings;
  for (const Value& value : packet.readings) {
    Reading reading;
    reading.sensor = &sensors_.of(packet.user);
    reading.metric = value.metric;
    reading.time = time;
    reading.value = value.value;
    reading.quality = value.quality;
    reading.device_time = packet.device_time;
    readings.push_back(reading);
  }
  if (!readings.empty()) sink_.record(readings);
}

void Advertiser::refuse(const std::string& why) {
  if (refused_++ < kLoggedAdvertisements)
    spdlog::warn("{}: an advertisement is refused: {}", sensors_.device().id, why);
}

asio::awaitable<Result<void>> Advertiser::keep() {
  if (!counted_) co_return Result<void>();
  counted_ = false;
  const Cursor cursor{cursor_name_, cursor_.bytes()};
  const Result<void> kept = co_await sink_.commit({}, cursor);
  co_return kept;
}

}  // namespace vitald::ble
