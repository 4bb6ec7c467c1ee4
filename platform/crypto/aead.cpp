#include "platform/crypto/aead.hpp"

#include "platform/crypto/psa.hpp"

namespace vitald::crypto {
namespace {

psa_algorithm_t algorithm_of(AeadAlgorithm algorithm) {
  return algorithm == AeadAlgorithm::chacha20_poly1305 ? PSA_ALG_CHACHA20_POLY1305 : PSA_ALG_GCM;
}

psa_key_type_t key_type_of(AeadAlgorithm algorithm) {
  return algorithm == AeadAlgorithm::chacha20_poly1305 ? PSA_KEY_TYPE_CHACHA20 : PSA_KEY_TYPE_AES;
}

std::uint8_t* room(std::string& bytes) { return reinterpret_cast<std::uint8_t*>(bytes.data()); }

}  // namespace

Nonce numbered(const Nonce& base, std::uint64_t number) {
  Nonce nonce = base;
  for (std::size_t i = 0; i < 8; ++i) nonce[11 - i] ^= static_cast<std::uint8_t>(number >> (8 * i));
  return nonce;
}

Result<Aead> Aead::create(AeadAlgorithm algorithm, std::span<const std::uint8_t> key) {
  if (key.size() != key_bytes(algorithm)) return Error(Code::invalid, "an AEAD key of another length");
  const KeyPolicy policy{key_type_of(algorithm), algorithm_of(algorithm),
                         PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT};
  auto slot = import_key(policy, key);
  if (!slot) return slot.error();
  return Aead(algorithm, std::move(*slot));
}

Result<std::string> Aead::seal(const Nonce& nonce, std::string_view aad, std::string_view plaintext) const {
  std::string ciphertext(plaintext.size() + kTagBytes, '\0');
  std::size_t size = 0;
  const psa_status_t status =
      psa_aead_encrypt(key_.id(), algorithm_of(algorithm_), nonce.data(), nonce.size(), octets(aad).data(), aad.size(),
                       octets(plaintext).data(), plaintext.size(), room(ciphertext), ciphertext.size(), &size);
  if (status != PSA_SUCCESS) return psa_error(status, "sealing");
  return ciphertext;
}

Result<std::string> Aead::open(const Nonce& nonce, std::string_view aad, std::string_view ciphertext) const {
  if (ciphertext.size() < kTagBytes) return Error(Code::refused, "opening: shorter than its tag");
  std::string plaintext(ciphertext.size() - kTagBytes, '\0');
  std::size_t size = 0;
  const psa_status_t status =
      psa_aead_decrypt(key_.id(), algorithm_of(algorithm_), nonce.data(), nonce.size(), octets(aad).data(), aad.size(),
                       octets(ciphertext).data(), ciphertext.size(), room(plaintext), plaintext.size(), &size);
  if (status != PSA_SUCCESS) return psa_error(status, "opening");
  return plaintext;
}

}  // namespace vitald::crypto
