#include "platform/crypto/ccm.hpp"

#include "platform/crypto/psa.hpp"

namespace vitald::crypto {

Result<std::string> open_ccm(std::span<const std::uint8_t> key, std::span<const std::uint8_t> nonce,
                             std::string_view ciphertext) {
  if (key.size() != kCcmKeyBytes) return Error(Code::invalid, "opening: a CCM key of another length");
  if (ciphertext.size() < kCcmTagBytes) return Error(Code::refused, "opening: shorter than its tag");
  constexpr psa_algorithm_t kAlgorithm = PSA_ALG_AEAD_WITH_SHORTENED_TAG(PSA_ALG_CCM, kCcmTagBytes);
  const auto slot = import_key({PSA_KEY_TYPE_AES, kAlgorithm, PSA_KEY_USAGE_DECRYPT}, key);
  if (!slot) return slot.error();
  std::string plaintext(ciphertext.size() - kCcmTagBytes, '\0');
  std::size_t size = 0;
  const psa_status_t status =
      psa_aead_decrypt(slot->id(), kAlgorithm, nonce.data(), nonce.size(), nullptr, 0, octets(ciphertext).data(),
                       ciphertext.size(), reinterpret_cast<std::uint8_t*>(plaintext.data()), plaintext.size(), &size);
  if (status != PSA_SUCCESS) return psa_error(status, "opening");
  return plaintext;
}

}  // namespace vitald::crypto
