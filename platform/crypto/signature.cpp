#include "platform/crypto/signature.hpp"

#include "platform/crypto/psa.hpp"

namespace vitald::crypto {
namespace {

constexpr psa_algorithm_t kSign = PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256);
constexpr psa_algorithm_t kVerify = PSA_ALG_ECDSA(PSA_ALG_SHA_256);

Result<KeySlot> import_private(const SigningKey& key) {
  return import_key({PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1), kSign, PSA_KEY_USAGE_SIGN_MESSAGE}, key);
}

}  // namespace

Result<SigningKey> generate_signing_key() {
  const KeyPolicy policy{PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1), kSign, PSA_KEY_USAGE_EXPORT};
  auto slot = generate_key(policy, 256);
  if (!slot) return slot.error();
  SigningKey key{};
  std::size_t size = 0;
  const psa_status_t status = psa_export_key(slot->id(), key.data(), key.size(), &size);
  if (status != PSA_SUCCESS) return psa_error(status, "making a signing key");
  return key;
}

Result<VerifyingKey> verifying_key(const SigningKey& key) {
  auto slot = import_private(key);
  if (!slot) return slot.error();
  VerifyingKey verifying{};
  std::size_t size = 0;
  const psa_status_t status = psa_export_public_key(slot->id(), verifying.data(), verifying.size(), &size);
  if (status != PSA_SUCCESS) return psa_error(status, "computing a public key");
  return verifying;
}

Result<Signature> sign(const SigningKey& key, std::string_view message) {
  auto slot = import_private(key);
  if (!slot) return slot.error();
  Signature signature{};
  std::size_t size = 0;
  const psa_status_t status = psa_sign_message(slot->id(), kSign, octets(message).data(), message.size(),
                                               signature.data(), signature.size(), &size);
  if (status != PSA_SUCCESS) return psa_error(status, "signing");
  return signature;
}

Result<void> verify(const VerifyingKey& key, std::string_view message, std::string_view signature) {
  const KeyPolicy policy{PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1), kVerify, PSA_KEY_USAGE_VERIFY_MESSAGE};
  auto slot = import_key(policy, key);
  if (!slot) return slot.error();
  const psa_status_t status = psa_verify_message(slot->id(), kVerify, octets(message).data(), message.size(),
                                                 octets(signature).data(), signature.size());
  if (status != PSA_SUCCESS) return psa_error(status, "verifying a signature");
  return {};
}

}  // namespace vitald::crypto
