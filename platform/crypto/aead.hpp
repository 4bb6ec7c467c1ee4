#pragma once

// Authenticated encryption under one key. The ciphertext is as long as the plaintext plus 16 bytes of tag.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "platform/crypto/key_slot.hpp"
#include "platform/model/result.hpp"

namespace vitald::crypto {

// Numbered as RFC 9180 section 7.3 numbers them.
enum class AeadAlgorithm : std::uint16_t { aes_128_gcm = 1, aes_256_gcm = 2, chacha20_poly1305 = 3 };

constexpr std::size_t kTagBytes = 16;
constexpr std::size_t key_bytes(AeadAlgorithm algorithm) { return algorithm == AeadAlgorithm::aes_128_gcm ? 16 : 32; }

// Whether AES is the better choice here: this CPU has AES instructions and this build of the library uses them.
bool aes_is_fast();

using Nonce = std::array<std::uint8_t, 12>;

// base XOR number, big-endian in the last 8 bytes (RFC 9180 section 5.2).
Nonce numbered(const Nonce& base, std::uint64_t number);

// Holds a key slot for as long as it lives.
class Aead {
 public:
  // key: exactly key_bytes(algorithm).
  static Result<Aead> create(AeadAlgorithm algorithm, std::span<const std::uint8_t> key);

  // A nonce must never come twice under one key.
  Result<std::string> seal(const Nonce& nonce, std::string_view aad, std::string_view plaintext) const;
  // What is not authentic is refused: another key, nonce or AAD, a changed or shortened ciphertext.
  Result<std::string> open(const Nonce& nonce, std::string_view aad, std::string_view ciphertext) const;

 private:
  Aead(AeadAlgorithm algorithm, KeySlot key) : algorithm_(algorithm), key_(std::move(key)) {}

  AeadAlgorithm algorithm_;
  KeySlot key_;
};

}  // namespace vitald::crypto
