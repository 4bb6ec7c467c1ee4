#pragma once

// X25519 (RFC 7748): the secret that two key holders share.

#include "platform/crypto/keys.hpp"
#include "platform/crypto/secret.hpp"
#include "platform/model/result.hpp"

namespace vitald::crypto {

// A peer key that leads to the all-zero secret (a point of small order) is refused, as RFC 9180 section 7.1.4 asks.
Result<Secret<32>> agree(const PrivateKey& own, const PublicKey& peer);

}  // namespace vitald::crypto
