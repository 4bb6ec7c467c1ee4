#pragma once

// What the files of this folder share over PSA; only they include it, so that no other folder sees mbedTLS.
//
// Threads: PSA in mbedTLS 2.28 is not thread-safe (3.6 is, when built so). Everything in platform/crypto is therefore
// called by one thread at a time; with that, it may be any thread. PSA's own state is the only global state.
// Versions: only what both 2.28 and 3.6 have is used. 2.28 has no extract-only HKDF (hkdf.cpp builds it from HMAC),
// both refuse an empty HMAC key, and only 3.6 uses ARMv8's AES instructions (aes_is_fast() knows).

#include <psa/crypto.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "platform/crypto/key_slot.hpp"
#include "platform/model/result.hpp"

namespace vitald::crypto {

// Starts PSA when it has not been started; cheap when it has.
Result<void> start_psa();

// A status other than success, as an Error: "sealing: the library refused it as wrong (PSA -135)".
Error psa_error(psa_status_t status, std::string_view doing);

struct KeyPolicy {
  psa_key_type_t type;
  psa_algorithm_t algorithm;
  psa_key_usage_t usage;
};
Result<KeySlot> import_key(const KeyPolicy& policy, std::span<const std::uint8_t> key);
Result<KeySlot> generate_key(const KeyPolicy& policy, std::size_t bits);

// The same bytes as the type that the other side of a call wants.
inline std::span<const std::uint8_t> octets(std::string_view bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}
inline std::string_view view(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace vitald::crypto
