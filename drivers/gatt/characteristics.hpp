#pragma once

// Which decoder reads what a sensor sends under a UUID: the specification's, unless a quirk of its model says
// otherwise.

#include <string_view>

#include "drivers/gatt/packet.hpp"

namespace vitald {

struct Characteristic {
  std::uint16_t uuid;
  std::string_view name;  // "blood_pressure_measurement"
  PacketDecoder decode;
};

// All of the specification's that are known, by UUID.
std::span<const Characteristic> characteristics();
// nullptr when there is none.
const Characteristic* find_characteristic(std::uint16_t uuid);

// A sensor model that sends another layout under some UUIDs (of characteristics, or of services in its advertisements).
struct Quirk {
  std::string_view name;  // "mi-scale-v2"
  std::uint16_t uuid;
  PacketDecoder decode;
};

// One entry a quirk and UUID; the first of each name is what it is mainly about.
std::span<const Quirk> quirks();
// The first entry of that name; nullptr when there is none.
const Quirk* find_quirk(std::string_view name);

// The decoder for that UUID on a sensor with that quirk ("" = none); nullptr when nothing reads it.
PacketDecoder decoder_for(std::uint16_t uuid, std::string_view quirk = {});

// decoder_for, applied. Refuses what is longer than any attribute (512 octets).
Result<Packet> decode_packet(std::uint16_t uuid, Bytes packet, std::string_view quirk = {});

}  // namespace vitald
