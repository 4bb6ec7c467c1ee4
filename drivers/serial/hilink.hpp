#pragma once

// What the HLK radars have in common: frames between a head and a tail of four octets with the length behind the head,
// and the frames in which they answer commands.

#include "drivers/serial/protocol.hpp"

namespace vitald {

// Head, length (little-endian) of the data, data, tail. The stream begins with the head, or part of it.
Cut cut_between(Bytes stream, Bytes tail);

// FD FC FB FA ... 04 03 02 01.
bool begins_command(Bytes stream);
Cut cut_command(Bytes stream);
Result<Packet> decode_command(Bytes frame);

}  // namespace vitald
