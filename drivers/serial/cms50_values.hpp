#pragma once

// What a CMS50 means by its two numbers.

#include "drivers/gatt/packet_reader.hpp"

namespace vitald {

// SpO2 127 or 0 and pulse 255 or 0 are "no value". Off the finger nothing is a value, whatever is sent.
void add_cms50_values(PacketReader& in, std::uint8_t spo2, std::uint8_t pulse, Quality quality);

// The value as add_cms50_values() sees it, for frames that hold several.
Value cms50_value(std::string_view metric, std::uint8_t sent, std::uint8_t none, Quality quality);

constexpr std::uint8_t kNoSpo2 = 127;
constexpr std::uint8_t kNoPulse = 255;

}  // namespace vitald
