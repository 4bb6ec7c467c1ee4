#pragma once

// BTHome v2 (https://bthome.io/format): what a sensor that only advertises puts into the service data of UUID FCD2,
// plain or encrypted with AES-128-CCM.

#include <array>
#include <cstdint>
#include <optional>

#include "drivers/gatt/packet.hpp"

namespace vitald {

struct BthomeKey {
  std::array<std::uint8_t, 16> key;  // the "bind key"
  std::array<std::uint8_t, 6> mac;   // the sensor's address, as printed
};

struct BthomePacket {
  Packet packet;  // an object that comes twice has its number in its name: "temperature_celsius_2"
  std::optional<std::uint32_t> counter;   // of an encrypted packet: see counter_rule.hpp
  std::optional<std::uint8_t> packet_id;  // the same on repetitions of one packet
};

// service_data: what follows the UUID. Code::refused: encrypted without a key, not authentic, or plain although there
// is a key (anybody could have sent it).
Result<BthomePacket> decode_bthome(Bytes service_data, const std::optional<BthomeKey>& key = {});

}  // namespace vitald
