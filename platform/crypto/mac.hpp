#pragma once

// HMAC-SHA-256 under a key that two X25519 key holders share: K = HKDF-SHA256(X25519(own private, peer public), info).

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/crypto/keys.hpp"
#include "platform/model/result.hpp"

namespace vitald::crypto {

using MacKey = std::array<std::uint8_t, 32>;

// Both ends get the same key. salt "vitald v1 mac"; info = `purpose` || epoch (8 bytes, big-endian) || device key id ||
// recipient key id. purpose: "receipt" or "inventory".
Result<MacKey> shared_mac_key(const PrivateKey& own, const PublicKey& peer, std::string_view purpose,
                              std::uint64_t epoch, const KeyId& device, const KeyId& recipient);

std::string mac(const MacKey& key, std::string_view bytes);                       // 32 bytes
bool verify_mac(const MacKey& key, std::string_view bytes, std::string_view mac);  // in constant time

}  // namespace vitald::crypto
