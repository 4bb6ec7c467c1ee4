#pragma once

// The same operations by OpenSSL, which shares no code with mbedTLS. A failure throws.

#include <string>
#include <string_view>

#include "platform/crypto/aead.hpp"
#include "platform/crypto/keys.hpp"
#include "platform/crypto/signature.hpp"

namespace vitald::crypto::openssl {

std::string x25519(const PrivateKey& own, const PublicKey& peer);
PublicKey x25519_public(const PrivateKey& own);
std::string hmac_sha256(std::string_view key, std::string_view bytes);

// The ciphertext with the tag at its end.
std::string seal(AeadAlgorithm algorithm, std::string_view key, const Nonce& nonce, std::string_view aad,
                 std::string_view plaintext);

// AES-128-CCM without AAD, with a tag of that length.
std::string seal_ccm(std::string_view key, std::string_view nonce, std::string_view plaintext, std::size_t tag);

// Signatures raw, as signature.hpp has them.
std::string sign(const SigningKey& key, const VerifyingKey& public_key, std::string_view message);
bool verify(const VerifyingKey& key, std::string_view message, std::string_view signature);

}  // namespace vitald::crypto::openssl
