#include "platform/crypto/random.hpp"

#include "platform/crypto/psa.hpp"

namespace vitald::crypto {

Result<void> fill_random(std::span<std::uint8_t> bytes) {
  if (auto started = start_psa(); !started) return started.error();
  const psa_status_t status = psa_generate_random(bytes.data(), bytes.size());
  if (status != PSA_SUCCESS) return psa_error(status, "drawing random bytes");
  return {};
}

}  // namespace vitald::crypto
