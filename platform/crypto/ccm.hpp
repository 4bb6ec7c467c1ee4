#pragma once

// AES-128-CCM (RFC 3610) as sensors that only advertise use it: a short tag, no AAD. Opening only; nothing here is
// sealed with it.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "platform/model/result.hpp"

namespace vitald::crypto {

constexpr std::size_t kCcmKeyBytes = 16;
constexpr std::size_t kCcmTagBytes = 4;

// key: kCcmKeyBytes. nonce: 7 to 13 bytes. ciphertext: ends in its tag. What is not authentic is refused; with a tag of
// 4 bytes one in 2^32 of forged packets is not, so replays and floods are the caller's to stop.
Result<std::string> open_ccm(std::span<const std::uint8_t> key, std::span<const std::uint8_t> nonce,
                             std::string_view ciphertext);

}  // namespace vitald::crypto
