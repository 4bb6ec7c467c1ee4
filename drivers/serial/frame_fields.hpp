#pragma once

// What several serial protocols have in common: numbers as they write them, and the rule that nobody there is not a
// measured zero.

#include <algorithm>

#include "drivers/gatt/packet_reader.hpp"

namespace vitald {

// Of what a frame begins with: how many octets further the next octet `first` is, at least 1.
inline std::size_t until(Bytes stream, std::uint8_t first) {
  const auto found = std::find(stream.begin() + 1, stream.end(), first);
  return static_cast<std::size_t>(found - stream.begin());
}

// The stream begins with as much of `head` as it holds.
inline bool begins(Bytes stream, Bytes head) {
  const std::size_t shared = std::min(stream.size(), head.size());
  return std::equal(head.begin(), head.begin() + static_cast<std::ptrdiff_t>(shared), stream.begin());
}

constexpr std::uint16_t big_endian(std::uint8_t high, std::uint8_t low) {
  return static_cast<std::uint16_t>(high << 8 | low);
}
constexpr std::uint16_t little_endian(std::uint8_t low, std::uint8_t high) { return big_endian(high, low); }

std::uint16_t u16_be(PacketReader& in, std::string_view name);
std::int32_t i32(PacketReader& in, std::string_view name);
// 32-bit IEEE 754, with the fewest digits that tell it from its neighbours; what is no number is a special value.
Decimal float32(PacketReader& in, std::string_view name);

// A rate by a sensor that sends 0 when it finds nobody: a rate of 0 is a special value of a sensor that is off its
// subject, never a standstill.
void rate_of_subject(PacketReader& in, std::string_view metric, const Decimal& rate);

}  // namespace vitald
