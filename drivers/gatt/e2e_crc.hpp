#pragma once

// The E2E-CRC of the continuous glucose monitoring service: CRC-16/MCRF4XX (polynomial 0x1021 reflected, start 0xFFFF,
// no final XOR), sent little-endian behind what it covers.

#include <cstdint>

#include "drivers/gatt/packet.hpp"

namespace vitald {

std::uint16_t e2e_crc(Bytes bytes);

}  // namespace vitald
