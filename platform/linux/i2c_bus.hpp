#pragma once

// One chip on an I2C bus, through i2c-dev. Blocks for as long as the bus takes (a chip may stretch its clock): call it
// on a strand thread.

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "platform/model/result.hpp"

namespace vitald {

class I2cChip {
 public:
  // bus: "/dev/i2c-1"; address: 7 bits.
  static Result<std::unique_ptr<I2cChip>> open(const std::string& bus, std::uint8_t address);
  virtual ~I2cChip() = default;

  // Writes, then reads without a stop between: registers. unavailable: the chip did not answer (NAK), or the bus
  // failed.
  virtual Result<void> transfer(std::span<const std::uint8_t> written, std::span<std::uint8_t> read) = 0;
};

}  // namespace vitald
