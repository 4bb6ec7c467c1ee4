#include "drivers/ble/packet_octets.hpp"

#include <algorithm>

namespace vitald::ble {
namespace {

constexpr std::size_t kPiece = 7;
constexpr std::int64_t kFirst = 8;

std::int64_t piece(Bytes octets, bool first) {
  std::int64_t value = (first ? kFirst : 0) + static_cast<std::int64_t>(octets.size());
  for (std::size_t i = 0; i < kPiece; ++i) value = value << 8 | (i < octets.size() ? octets[i] : 0);
  return value;
}

}  // namespace

void append_octets(std::vector<Reading>& readings, const Sensor& sensor, BootTime time, std::uint16_t uuid,
                   Bytes octets, Quality quality) {
  std::vector<std::uint8_t> all{static_cast<std::uint8_t>(uuid >> 8), static_cast<std::uint8_t>(uuid)};
  all.insert(all.end(), octets.begin(), octets.end());
  for (std::size_t at = 0; at < all.size(); at += kPiece) {
    Reading reading;
    reading.sensor = &sensor;
    reading.metric = find_metric("sensor_packet");
    reading.time = time;
    reading.value = Decimal(piece(Bytes(all).subspan(at, std::min(kPiece, all.size() - at)), at == 0));
    reading.quality = quality;
    readings.push_back(reading);
  }
}

std::vector<SentPacket> sent_packets(std::span<const std::int64_t> values) {
  std::vector<SentPacket> packets;
  std::vector<std::vector<std::uint8_t>> all;
  for (const std::int64_t value : values) {
    const std::int64_t head = value >> 8 * kPiece;
    if ((head & kFirst) != 0) all.emplace_back();
    if (all.empty()) continue;
    const auto size = std::min<std::size_t>(static_cast<std::size_t>(head & (kFirst - 1)), kPiece);
    for (std::size_t i = 0; i < size; ++i)
      all.back().push_back(static_cast<std::uint8_t>(value >> 8 * (kPiece - 1 - i)));
  }
  for (const auto& octets : all)
    if (octets.size() >= 2)
      packets.push_back({static_cast<std::uint16_t>(octets[0] << 8 | octets[1]), {octets.begin() + 2, octets.end()}});
  return packets;
}

}  // namespace vitald::ble
