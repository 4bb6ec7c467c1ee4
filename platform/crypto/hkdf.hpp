#pragma once

// HKDF-SHA256 (RFC 5869) and HPKE's labeled form of it (RFC 9180 section 4), built from HMAC.

#include <cstdint>
#include <span>
#include <string_view>

#include "platform/crypto/secret.hpp"
#include "platform/model/result.hpp"

namespace vitald::crypto {

Result<Secret<32>> hkdf_extract(std::string_view salt, std::string_view input);
// Fills `out`; more than 255 * 32 bytes are an Error.
Result<void> hkdf_expand(const Secret<32>& key, std::string_view info, std::span<std::uint8_t> out);

// suite: the suite id that binds the result to its use ("KEM" or "HPKE" and the algorithms' numbers).
Result<Secret<32>> labeled_extract(std::string_view suite, std::string_view salt, std::string_view label,
                                   std::string_view input);
Result<void> labeled_expand(std::string_view suite, const Secret<32>& key, std::string_view label,
                            std::string_view info, std::span<std::uint8_t> out);

}  // namespace vitald::crypto
