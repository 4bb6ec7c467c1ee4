#include "platform/crypto/psa.hpp"

#include <mbedtls/platform_util.h>

#include <string>
#include <type_traits>
#include <utility>

#include "platform/crypto/secret.hpp"

namespace vitald::crypto {
namespace {

static_assert(std::is_same_v<psa_key_id_t, std::uint32_t>);

Code code(psa_status_t status) {
  switch (status) {
    case PSA_ERROR_INVALID_SIGNATURE:
      return Code::refused;
    case PSA_ERROR_INVALID_ARGUMENT:
      return Code::invalid;
    case PSA_ERROR_INSUFFICIENT_MEMORY:
      return Code::full;
    default:
      return Code::internal;
  }
}

const char* sentence(psa_status_t status) {
  switch (status) {
    case PSA_ERROR_INVALID_SIGNATURE:
      return "not authentic";
    case PSA_ERROR_INVALID_ARGUMENT:
      return "the key or the input is not valid";
    case PSA_ERROR_INSUFFICIENT_MEMORY:
      return "no memory or no key slot left";
    case PSA_ERROR_INSUFFICIENT_ENTROPY:
      return "the system has no randomness yet";
    default:
      return "the cryptographic library failed";
  }
}

psa_key_attributes_t attributes(const KeyPolicy& policy) {
  psa_key_attributes_t attributes = psa_key_attributes_init();
  psa_set_key_type(&attributes, policy.type);
  psa_set_key_algorithm(&attributes, policy.algorithm);
  psa_set_key_usage_flags(&attributes, policy.usage);
  return attributes;
}

}  // namespace

Result<void> start_psa() {
  const psa_status_t status = psa_crypto_init();
  if (status != PSA_SUCCESS) return psa_error(status, "starting cryptography");
  return {};
}

Error psa_error(psa_status_t status, std::string_view doing) {
  return Error(code(status), std::string(sentence(status)) + " (PSA " + std::to_string(status) + ")").in(doing);
}

Result<KeySlot> import_key(const KeyPolicy& policy, std::span<const std::uint8_t> key) {
  if (auto started = start_psa(); !started) return started.error();
  const psa_key_attributes_t wanted = attributes(policy);
  psa_key_id_t id = 0;
  const psa_status_t status = psa_import_key(&wanted, key.data(), key.size(), &id);
  if (status != PSA_SUCCESS) return psa_error(status, "taking a key into use");
  return KeySlot(id);
}

Result<KeySlot> generate_key(const KeyPolicy& policy, std::size_t bits) {
  if (auto started = start_psa(); !started) return started.error();
  psa_key_attributes_t wanted = attributes(policy);
  psa_set_key_bits(&wanted, bits);
  psa_key_id_t id = 0;
  const psa_status_t status = psa_generate_key(&wanted, &id);
  if (status != PSA_SUCCESS) return psa_error(status, "making a key");
  return KeySlot(id);
}

KeySlot::~KeySlot() {
  if (id_ != 0) psa_destroy_key(id_);
}

KeySlot::KeySlot(KeySlot&& other) noexcept : id_(std::exchange(other.id_, 0)) {}

KeySlot& KeySlot::operator=(KeySlot&& other) noexcept {
  std::swap(id_, other.id_);
  return *this;
}

void wipe(std::span<std::uint8_t> bytes) { mbedtls_platform_zeroize(bytes.data(), bytes.size()); }

}  // namespace vitald::crypto
