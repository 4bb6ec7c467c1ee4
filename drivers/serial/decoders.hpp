#pragma once

// One protocol a pair of functions, each in the file of its name. Where a layout comes from, and what is refused:
// README.md.

#include "drivers/serial/protocol.hpp"

namespace vitald {

constexpr std::size_t kLongestMicradarFrame = 256 + 9;
constexpr std::size_t kLongestMr60bha2Frame = 512 + 9;
constexpr std::size_t kLongestHilinkFrame = 128 + 10;

Cut cut_cms50(Bytes stream);
Result<Packet> decode_cms50(Bytes frame);
Cut cut_cms50_stored(Bytes stream);
Result<Packet> decode_cms50_stored(Bytes frame);
Cut cut_ld2410(Bytes stream);
Result<Packet> decode_ld2410(Bytes frame);
Cut cut_ld2450(Bytes stream);
Result<Packet> decode_ld2450(Bytes frame);
Cut cut_micradar(Bytes stream);
Result<Packet> decode_micradar(Bytes frame);
Cut cut_mr60bha2(Bytes stream);
Result<Packet> decode_mr60bha2(Bytes frame);

}  // namespace vitald
