#pragma once

// The same operations by OpenSSL, which shares no code with mbedTLS. A failure throws or is an empty string.

#include <string>
#include <string_view>

#include "platform/crypto/keys.hpp"

namespace vitald::crypto::openssl {

std::string x25519(const PrivateKey& own, const PublicKey& peer);
PublicKey x25519_public(const PrivateKey& own);
std::string hmac_sha256(std::string_view key, std::string_view bytes);

}  // namespace vitald::crypto::openssl
