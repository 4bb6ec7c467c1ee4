#pragma once

// DHKEM(X25519, HKDF-SHA256) of RFC 9180 section 4.1: a secret shared with the holder of a public key, through `enc`,
// the public half of a key made for this one use.

#include <optional>

#include "platform/crypto/keys.hpp"
#include "platform/crypto/secret.hpp"
#include "platform/model/result.hpp"

namespace vitald::crypto {

using KemSecret = Secret<32>;

// With a sender the recipient knows that only the holder of the sender's key can have made the secret (auth mode).
Result<KemSecret> encapsulate(const KeyPair& ephemeral, const PublicKey& recipient,
                              const std::optional<KeyPair>& sender);
Result<KemSecret> decapsulate(const PublicKey& enc, const KeyPair& recipient, const std::optional<PublicKey>& sender);

}  // namespace vitald::crypto
