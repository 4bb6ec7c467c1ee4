#pragma once

// The MAX30102's registers and FIFO (data sheet 19-7740). Blocks; run it on a strand thread.

#include <cstdint>
#include <span>
#include <vector>

#include "platform/linux/i2c_bus.hpp"

namespace vitald::max30102 {

constexpr std::uint8_t kAddress = 0x57;
constexpr std::uint32_t kSaturated = 0x3FFFF;  // 18 bits

struct Sample {
  std::uint32_t red = 0, infrared = 0;  // counts
};

struct Fifo {
  std::vector<Sample> samples;
  unsigned lost = 0;  // overwritten before they were read; 31 means that or more
};

// Three octets a LED, red first; an incomplete sample at the end is left out. Pure.
std::vector<Sample> decode_fifo(std::span<const std::uint8_t> bytes);

class Chip {
 public:
  explicit Chip(I2cChip& bus) : bus_(bus) {}

  // Resets it, then measures with both LEDs: rate 50, 100, 200 or 400 Hz. An Error when it is another chip.
  Result<void> start(unsigned rate_hz, double led_ma);
  // What has been measured since the last call.
  Result<Fifo> read();

 private:
  Result<void> write(std::uint8_t reg, std::uint8_t value);

  I2cChip& bus_;
};

}  // namespace vitald::max30102
