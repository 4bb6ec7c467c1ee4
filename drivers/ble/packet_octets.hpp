#pragma once

// A packet's octets as readings (metric sensor_packet), so that what a sensor hands over once is kept as it was sent,
// inside the sealed batch and nowhere else. UUID and octets in pieces of seven: a reading's value is
// (first piece ? 8 : 0) + number of octets in its uppermost octet, then the octets, the first of them uppermost.

#include <span>
#include <vector>

#include "drivers/gatt/packet.hpp"

namespace vitald::ble {

struct SentPacket {
  std::uint16_t uuid = 0;
  std::vector<std::uint8_t> octets;
};

void append_octets(std::vector<Reading>& readings, const Sensor& sensor, BootTime time, std::uint16_t uuid,
                   Bytes octets, Quality quality);
// The packets that a column of such values holds.
std::vector<SentPacket> sent_packets(std::span<const std::int64_t> values);

}  // namespace vitald::ble
