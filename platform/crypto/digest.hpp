#pragma once

// SHA-256.

#include <array>
#include <cstdint>
#include <string_view>

#include "platform/model/result.hpp"

namespace vitald::crypto {

using Digest = std::array<std::uint8_t, 32>;

Result<Digest> sha256(std::string_view bytes);

}  // namespace vitald::crypto
