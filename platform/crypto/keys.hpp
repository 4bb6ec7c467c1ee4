#pragma once

// X25519 key pairs: a device's and a recipient's. Bytes are raw, little-endian as RFC 7748 has them.
//
// Threads: all of platform/crypto, destructors included, is called by one thread at a time: PSA in mbedTLS 2.28 is not
// thread-safe.

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "platform/model/result.hpp"

namespace vitald::crypto {

using PublicKey = std::array<std::uint8_t, 32>;
using KeyId = std::array<std::uint8_t, 8>;  // first 8 bytes of SHA-256 of a public key

class WrappingKey;

// A private key's bytes; wiped when it goes.
class PrivateKey {
 public:
  explicit PrivateKey(std::span<const std::uint8_t, 32> bytes);
  ~PrivateKey();
  PrivateKey(const PrivateKey&) = default;
  PrivateKey& operator=(const PrivateKey&) = default;
  std::span<const std::uint8_t, 32> bytes() const { return bytes_; }

 private:
  std::array<std::uint8_t, 32> bytes_;
};

struct KeyPair {
  PrivateKey private_key;
  PublicKey public_key;
};

Result<KeyPair> generate_key_pair();
Result<KeyPair> key_pair(const PrivateKey& private_key);
Result<KeyId> key_id(const PublicKey& key);

// Key files: one line of base64, "vitald-x25519-private <base64>" or "vitald-x25519-public <base64>"; a private key
// under a wrapping key is "vitald-x25519-wrapped <public half> <wrapped>". A private key file must not be readable by
// others (0600); writing makes it so, durably: after a power cut the file is the old one or the new one, whole. Writing
// replaces what was there. `wrapping`: null where there is none.
Result<void> write_private_key(const std::string& file, const PrivateKey& key, const WrappingKey* wrapping = nullptr);
Result<KeyPair> read_private_key(const std::string& file, const WrappingKey* wrapping = nullptr);
// Of a private key's file, wrapped or not.
Result<PublicKey> read_public_half(const std::string& file);
Result<bool> is_wrapped(const std::string& file);
Result<void> write_public_key(const std::string& file, const PublicKey& key);
Result<PublicKey> read_public_key(const std::string& file);
std::string text(const PublicKey& key);  // the line, without a newline
Result<PublicKey> parse_public_key(std::string_view line);

}  // namespace vitald::crypto
