#pragma once

// Random bytes from PSA's generator, which the kernel seeds.

#include <cstdint>
#include <span>

#include "platform/model/result.hpp"

namespace vitald::crypto {

Result<void> fill_random(std::span<std::uint8_t> bytes);

}  // namespace vitald::crypto
