#pragma once

// HMAC-SHA-256 over the concatenation of parts, so that secrets are never copied together.

#include <initializer_list>
#include <span>
#include <string_view>

#include "platform/crypto/secret.hpp"
#include "platform/model/result.hpp"

namespace vitald::crypto {

// key: not empty.
Result<Secret<32>> hmac(std::span<const std::uint8_t> key, std::initializer_list<std::string_view> parts);

}  // namespace vitald::crypto
