#include "platform/crypto/mac.hpp"

#include "platform/crypto/hkdf.hpp"
#include "platform/crypto/hmac.hpp"
#include "platform/crypto/psa.hpp"
#include "platform/crypto/x25519.hpp"

namespace vitald::crypto {
namespace {

constexpr std::string_view kSalt = "vitald v1 mac";

std::string key_info(std::string_view purpose, std::uint64_t epoch, const KeyId& device, const KeyId& recipient) {
  std::string info(purpose);
  for (int shift = 56; shift >= 0; shift -= 8) info += static_cast<char>(epoch >> shift);
  info.append(view(device)).append(view(recipient));
  return info;
}

}  // namespace

Result<MacKey> shared_mac_key(const PrivateKey& own, const PublicKey& peer, std::string_view purpose,
                              std::uint64_t epoch, const KeyId& device, const KeyId& recipient) {
  auto shared = agree(own, peer);
  if (!shared) return shared.error();
  auto extracted = hkdf_extract(kSalt, view(*shared));
  if (!extracted) return extracted.error();
  MacKey key{};
  auto expanded = hkdf_expand(*extracted, key_info(purpose, epoch, device, recipient), key);
  if (!expanded) return expanded.error();
  return key;
}

std::string mac(const MacKey& key, std::string_view bytes) {
  auto computed = hmac(key, {bytes});
  return computed ? std::string(view(*computed)) : std::string();
}

bool verify_mac(const MacKey& key, std::string_view bytes, std::string_view mac) {
  constexpr psa_algorithm_t kHmac = PSA_ALG_HMAC(PSA_ALG_SHA_256);
  auto slot = import_key({PSA_KEY_TYPE_HMAC, kHmac, PSA_KEY_USAGE_VERIFY_MESSAGE}, key);
  return slot && psa_mac_verify(slot->id(), kHmac, octets(bytes).data(), bytes.size(), octets(mac).data(),
                                mac.size()) == PSA_SUCCESS;
}

}  // namespace vitald::crypto
