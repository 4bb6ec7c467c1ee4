#pragma once

// HMAC-SHA-256 under a key that two X25519 key holders share: K = HKDF-SHA256(X25519(own private, peer public), info).

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/crypto/keys.hpp"
#include "platform/crypto/secret.hpp"
#include "platform/model/result.hpp"

namespace vitald::crypto {

using MacKey = Secret<32>;

// Both ends get the same key. salt "vitald v1 mac"; info = `purpose` || epoch (8 bytes, big-endian) || device key id ||
// recipient key id. purpose: "receipt" or "inventory".
Result<MacKey> shared_mac_key(const PrivateKey& own, const PublicKey& peer, std::string_view purpose,
                              std::uint64_t epoch, const KeyId& device, const KeyId& recipient);

// 32 bytes; empty, which verifies nowhere, when there is no memory or key slot left.
std::string mac(const MacKey& key, std::string_view bytes);
bool verify_mac(const MacKey& key, std::string_view bytes, std::string_view mac);  // in constant time

}  // namespace vitald::crypto
