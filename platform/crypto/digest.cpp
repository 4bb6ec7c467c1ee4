#include "platform/crypto/digest.hpp"

#include "platform/crypto/psa.hpp"

namespace vitald::crypto {

Result<Digest> sha256(std::string_view bytes) {
  if (auto started = start_psa(); !started) return started.error();
  Digest digest{};
  std::size_t size = 0;
  const psa_status_t status =
      psa_hash_compute(PSA_ALG_SHA_256, octets(bytes).data(), bytes.size(), digest.data(), digest.size(), &size);
  if (status != PSA_SUCCESS) return psa_error(status, "hashing");
  return digest;
}

}  // namespace vitald::crypto
