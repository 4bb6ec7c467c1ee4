#include "tests/unit/platform/crypto/openssl.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>

#include <memory>
#include <stdexcept>

namespace vitald::crypto::openssl {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

void must(int status) {
  if (status != 1) throw std::runtime_error("OpenSSL refused");
}

const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
unsigned char* raw(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

Key x25519_private(const PrivateKey& key) {
  return {EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, key.bytes().data(), 32), EVP_PKEY_free};
}

const EVP_CIPHER* cipher(AeadAlgorithm algorithm) {
  switch (algorithm) {
    case AeadAlgorithm::aes_128_gcm:
      return EVP_aes_128_gcm();
    case AeadAlgorithm::aes_256_gcm:
      return EVP_aes_256_gcm();
    default:
      return EVP_chacha20_poly1305();
  }
}

using Number = std::unique_ptr<BIGNUM, decltype(&BN_free)>;
using Der = std::string;

Number number(std::string_view big_endian) {
  return {BN_bin2bn(raw(big_endian), static_cast<int>(big_endian.size()), nullptr), BN_free};
}

// A P-256 key from raw parts; without a private part, a public key.
Key p256(const SigningKey* key, const VerifyingKey& public_key) {
  const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> builder(OSSL_PARAM_BLD_new(),
                                                                                OSSL_PARAM_BLD_free);
  const Number secret(key ? BN_bin2bn(key->data(), 32, nullptr) : nullptr, BN_free);
  must(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0));
  must(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, public_key.data(), public_key.size()));
  if (secret) must(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get()));
  const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> params(OSSL_PARAM_BLD_to_param(builder.get()),
                                                                       OSSL_PARAM_free);
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr), EVP_PKEY_CTX_free);
  must(EVP_PKEY_fromdata_init(context.get()));
  EVP_PKEY* made = nullptr;
  must(EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEYPAIR, params.get()));
  return {made, EVP_PKEY_free};
}

using Pair = std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)>;

std::string raw_from_der(const Der& der) {
  const unsigned char* bytes = raw(std::string_view(der));
  const Pair pair(d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size())), ECDSA_SIG_free);
  std::string signature(64, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), raw(signature), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), raw(signature) + 32, 32);
  return signature;
}

Der der_from_raw(std::string_view signature) {
  const Pair pair(ECDSA_SIG_new(), ECDSA_SIG_free);
  must(ECDSA_SIG_set0(pair.get(), number(signature.substr(0, 32)).release(), number(signature.substr(32)).release()));
  Der der(80, '\0');
  unsigned char* out = raw(der);
  der.resize(static_cast<std::size_t>(i2d_ECDSA_SIG(pair.get(), &out)));
  return der;
}

using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

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
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), raw(bytes), bytes.size(), raw(mac), &size);
  return mac;
}

std::string seal(AeadAlgorithm algorithm, std::string_view key, const Nonce& nonce, std::string_view aad,
                 std::string_view plaintext) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                EVP_CIPHER_CTX_free);
  std::string sealed(plaintext.size() + 16, '\0');
  int size = 0;
  must(EVP_EncryptInit_ex(context.get(), cipher(algorithm), nullptr, raw(key), nonce.data()));
  must(EVP_EncryptUpdate(context.get(), nullptr, &size, raw(aad), static_cast<int>(aad.size())));
  must(EVP_EncryptUpdate(context.get(), raw(sealed), &size, raw(plaintext), static_cast<int>(plaintext.size())));
  must(EVP_EncryptFinal_ex(context.get(), raw(sealed) + size, &size));
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, raw(sealed) + plaintext.size()));
  return sealed;
}

std::string seal_ccm(std::string_view key, std::string_view nonce, std::string_view plaintext, std::size_t tag) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                EVP_CIPHER_CTX_free);
  std::string sealed(plaintext.size() + tag, '\0');
  int size = 0;
  must(EVP_EncryptInit_ex(context.get(), EVP_aes_128_ccm(), nullptr, nullptr, nullptr));
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(nonce.size()), nullptr));
  must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag), nullptr));
  must(EVP_EncryptInit_ex(context.get(), nullptr, nullptr, raw(key), raw(nonce)));
  must(EVP_EncryptUpdate(context.get(), nullptr, &size, nullptr, static_cast<int>(plaintext.size())));
  must(EVP_EncryptUpdate(context.get(), raw(sealed), &size, raw(plaintext), static_cast<int>(plaintext.size())));
  must(EVP_EncryptFinal_ex(context.get(), raw(sealed) + size, &size));
  must(
      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag), raw(sealed) + plaintext.size()));
  return sealed;
}

std::string sign(const SigningKey& key, const VerifyingKey& public_key, std::string_view message) {
  const Key signer = p256(&key, public_key);
  const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  must(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, signer.get()));
  Der der(80, '\0');
  std::size_t size = der.size();
  must(EVP_DigestSign(context.get(), raw(der), &size, raw(message), message.size()));
  der.resize(size);
  return raw_from_der(der);
}

bool verify(const VerifyingKey& key, std::string_view message, std::string_view signature) {
  const Key verifier = p256(nullptr, key);
  const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  must(EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, verifier.get()));
  const Der der = der_from_raw(signature);
  return EVP_DigestVerify(context.get(), raw(std::string_view(der)), der.size(), raw(message), message.size()) == 1;
}

}  // namespace vitald::crypto::openssl
