#include "platform/crypto/wrapping.hpp"

#include <mbedtls/base64.h>

#include <algorithm>

#include "platform/crypto/aead.hpp"
#include "platform/crypto/hkdf.hpp"
#include "platform/crypto/psa.hpp"
#include "platform/crypto/random.hpp"

namespace vitald::crypto {
namespace {

constexpr std::size_t kLeastBytes = 16;
constexpr std::size_t kLongestText = 4096;

std::string encoded(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  std::size_t size = 0;
  mbedtls_base64_encode(reinterpret_cast<unsigned char*>(text.data()), text.size(), &size, octets(bytes).data(),
                        bytes.size());
  text.resize(size);
  return text;
}

Result<std::string> decoded(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  const bool fits = text.size() <= kLongestText;
  if (!fits || mbedtls_base64_decode(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), &size,
                                     octets(text).data(), text.size()) != 0)
    return Error(Code::invalid, "a wrapped key that is not base64");
  bytes.resize(size);
  return bytes;
}

}  // namespace

Result<WrappingKey> WrappingKey::create(std::string_view credential) {
  if (credential.size() < kLeastBytes)
    return Error(Code::invalid, "a wrapping key of " + std::to_string(credential.size()) + " bytes: at least 16");
  const Result<Secret<32>> root = hkdf_extract("vitald v1 wrapping", credential);
  if (!root) return root.error();
  return WrappingKey(*root);
}

Result<Secret<32>> WrappingKey::derived(std::string_view purpose) const {
  Secret<32> key{};
  if (const Result<void> expanded = hkdf_expand(root_, purpose, key); !expanded) return expanded.error();
  return key;
}

Result<std::string> WrappingKey::wrap(std::string_view of, std::string_view secret) const {
  const Result<Secret<32>> key = derived("wrap");
  if (!key) return key.error();
  const Result<Aead> aead = Aead::create(AeadAlgorithm::aes_256_gcm, *key);
  if (!aead) return aead.error();
  Nonce nonce{};
  if (const Result<void> random = fill_random(nonce); !random) return random.error();
  const Result<std::string> sealed = aead->seal(nonce, of, secret);
  if (!sealed) return sealed.error();
  return encoded(std::string(nonce.begin(), nonce.end()) + *sealed);
}

Result<std::string> WrappingKey::unwrap(std::string_view of, std::string_view text) const {
  const Result<std::string> bytes = decoded(text);
  if (!bytes) return bytes.error();
  Nonce nonce{};
  if (bytes->size() < nonce.size() + kTagBytes) return Error(Code::invalid, "a wrapped key that is cut off");
  std::copy_n(bytes->begin(), nonce.size(), nonce.begin());
  const Result<Secret<32>> key = derived("wrap");
  if (!key) return key.error();
  const Result<Aead> aead = Aead::create(AeadAlgorithm::aes_256_gcm, *key);
  if (!aead) return aead.error();
  Result<std::string> secret = aead->open(nonce, of, std::string_view(*bytes).substr(nonce.size()));
  if (!secret) return secret.error().in("it was wrapped under another wrapping key, or was changed");
  return secret;
}

Result<std::string> WrappingKey::passphrase(std::string_view of) const {
  const Result<Secret<32>> key = derived("passphrase " + std::string(of));
  if (!key) return key.error();
  std::string hex;
  for (const std::uint8_t byte : *key)
    for (const int nibble : {byte >> 4, byte & 15}) hex += "0123456789abcdef"[nibble];
  return hex;
}

}  // namespace vitald::crypto
