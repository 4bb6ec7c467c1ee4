#pragma once

// Frames as the sensors send them, made from their layouts, and what a stretch of a line holds.

#include "drivers/serial/reassembler.hpp"
#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {

using Octets = std::vector<std::uint8_t>;

Octets joined(std::initializer_list<Octets> parts);

// 53 59, control, command, data with length, sum, 54 43.
Octets micradar(std::uint8_t control, std::uint8_t command, const Octets& data);
Octets mr60bha2(std::uint16_t type, const Octets& data);
Octets float_octets(float value);
// F4 F3 F2 F1, length, what stands between, F8 F7 F6 F5.
Octets ld2410(const Octets& inner);
// AA FF 03 00, three targets, 55 CC.
Octets ld2450(const Octets& targets);
// FD FC FB FA, length, what stands between, 04 03 02 01.
Octets hilink_command(const Octets& inner);

// One whole frame of each kind that a protocol has.
struct Sample {
  std::string protocol;
  Octets frame;
};
std::vector<Sample> whole_frames();

const SerialProtocol& protocol(std::string_view name);
// The one packet that the octets are.
Packet frame_decoded(std::string_view protocol, const Octets& frame);
// Why they are none.
std::string frame_refused(std::string_view protocol, const Octets& octets);
// The frames in octets that arrive in pieces of `piece` octets.
std::vector<Octets> frames_in(std::string_view protocol, const Octets& octets, std::size_t piece = 1000);

}  // namespace vitald
