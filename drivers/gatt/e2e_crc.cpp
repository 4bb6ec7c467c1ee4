#include "drivers/gatt/e2e_crc.hpp"

namespace vitald {

std::uint16_t e2e_crc(Bytes bytes) {
  std::uint32_t crc = 0xFFFF;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x8408 : crc >> 1;
  }
  return static_cast<std::uint16_t>(crc);
}

}  // namespace vitald
