#include "platform/crypto/digest.hpp"

#include <utility>

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

struct Sha256::State {
  psa_hash_operation_t operation = PSA_HASH_OPERATION_INIT;
  ~State() { psa_hash_abort(&operation); }
};

Sha256::Sha256(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&& other) noexcept = default;

Result<Sha256> Sha256::begin() {
  if (auto started = start_psa(); !started) return started.error();
  auto state = std::make_unique<State>();
  const psa_status_t status = psa_hash_setup(&state->operation, PSA_ALG_SHA_256);
  if (status != PSA_SUCCESS) return psa_error(status, "hashing");
  return Sha256(std::move(state));
}

Result<void> Sha256::add(std::string_view bytes) {
  const psa_status_t status = psa_hash_update(&state_->operation, octets(bytes).data(), bytes.size());
  if (status != PSA_SUCCESS) return psa_error(status, "hashing");
  return {};
}

Result<Digest> Sha256::finish() {
  Digest digest{};
  std::size_t size = 0;
  const psa_status_t status = psa_hash_finish(&state_->operation, digest.data(), digest.size(), &size);
  if (status != PSA_SUCCESS) return psa_error(status, "hashing");
  return digest;
}

}  // namespace vitald::crypto
