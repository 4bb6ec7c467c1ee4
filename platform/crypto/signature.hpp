#pragma once

// ECDSA on P-256 over SHA-256. Keys and signatures are raw: a private key is 32 bytes big-endian, a public key the
// uncompressed point (4, x, y), a signature r and s. Signatures are deterministic (RFC 6979): no randomness to fail.

#include <array>
#include <cstdint>
#include <string_view>

#include "platform/crypto/secret.hpp"
#include "platform/model/result.hpp"

namespace vitald::crypto {

using SigningKey = Secret<32>;
using VerifyingKey = std::array<std::uint8_t, 65>;
using Signature = std::array<std::uint8_t, 64>;

Result<SigningKey> generate_signing_key();
Result<VerifyingKey> verifying_key(const SigningKey& key);

Result<Signature> sign(const SigningKey& key, std::string_view message);
// Code::refused when it is not this key's signature of these bytes; signature: 64 bytes.
Result<void> verify(const VerifyingKey& key, std::string_view message, std::string_view signature);

}  // namespace vitald::crypto
