#include "tests/unit/platform/crypto/openssl.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>
#include <stdexcept>

namespace vitald::crypto::openssl {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

void must(int status) {
  if (status != 1) throw std::runtime_error("OpenSSL refused");
}

unsigned char* raw(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

Key x25519_private(const PrivateKey& key) {
  return {EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, key.bytes().data(), 32), EVP_PKEY_free};
}

}  // namespace

std::string x25519(const PrivateKey& own, const PublicKey& peer) {
  const Key key = x25519_private(own);
  const Key other(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, peer.data(), peer.size()), EVP_PKEY_free);
  const KeyContext context(EVP_PKEY_CTX_new(key.get(), nullptr), EVP_PKEY_CTX_free);
  must(EVP_PKEY_derive_init(context.get()));
  must(EVP_PKEY_derive_set_peer(context.get(), other.get()));
  std::string secret(32, '\0');
  std::size_t size = secret.size();
  must(EVP_PKEY_derive(context.get(), raw(secret), &size));
  return secret;
}

PublicKey x25519_public(const PrivateKey& own) {
  PublicKey key{};
  std::size_t size = key.size();
  must(EVP_PKEY_get_raw_public_key(x25519_private(own).get(), key.data(), &size));
  return key;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string mac(32, '\0');
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()),
       bytes.size(), raw(mac), &size);
  return mac;
}

}  // namespace vitald::crypto::openssl
