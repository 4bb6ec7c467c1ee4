#include "platform/crypto/hmac.hpp"

#include "platform/crypto/psa.hpp"

namespace vitald::crypto {
namespace {

constexpr psa_algorithm_t kHmac = PSA_ALG_HMAC(PSA_ALG_SHA_256);

// A multi-part operation; aborted, and so wiped, when it goes.
struct Operation {
  psa_mac_operation_t state = psa_mac_operation_init();
  ~Operation() { psa_mac_abort(&state); }
};

psa_status_t compute(const KeySlot& key, std::initializer_list<std::string_view> parts, Secret<32>& out) {
  Operation operation;
  psa_status_t status = psa_mac_sign_setup(&operation.state, key.id(), kHmac);
  for (const std::string_view part : parts) {
    if (status != PSA_SUCCESS) return status;
    status = psa_mac_update(&operation.state, octets(part).data(), part.size());
  }
  if (status != PSA_SUCCESS) return status;
  std::size_t size = 0;
  return psa_mac_sign_finish(&operation.state, out.data(), out.size(), &size);
}

}  // namespace

Result<Secret<32>> hmac(std::span<const std::uint8_t> key, std::initializer_list<std::string_view> parts) {
  auto slot = import_key({PSA_KEY_TYPE_HMAC, kHmac, PSA_KEY_USAGE_SIGN_MESSAGE}, key);
  if (!slot) return slot.error();
  Secret<32> out{};
  const psa_status_t status = compute(*slot, parts, out);
  if (status != PSA_SUCCESS) return psa_error(status, "computing an HMAC");
  return out;
}

}  // namespace vitald::crypto
