#include "platform/crypto/x25519.hpp"

#include "platform/crypto/psa.hpp"
#include "platform/crypto/random.hpp"

namespace vitald::crypto {
namespace {

// mbedTLS refuses such a peer itself; an X25519 of another maker under PSA need not. No branch on any of the bits.
bool all_zero(const Secret<32>& secret) {
  std::uint8_t bits = 0;
  for (const std::uint8_t byte : secret) bits |= byte;
  return bits == 0;
}

Result<KeySlot> import_private(const PrivateKey& key) {
  const KeyPolicy policy{PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_MONTGOMERY), PSA_ALG_ECDH, PSA_KEY_USAGE_DERIVE};
  return import_key(policy, key.bytes());
}

}  // namespace

Result<Secret<32>> agree(const PrivateKey& own, const PublicKey& peer) {
  auto slot = import_private(own);
  if (!slot) return slot.error();
  Secret<32> secret{};
  std::size_t size = 0;
  const psa_status_t status =
      psa_raw_key_agreement(PSA_ALG_ECDH, slot->id(), peer.data(), peer.size(), secret.data(), secret.size(), &size);
  if (status != PSA_SUCCESS) return psa_error(status, "agreeing on a secret");
  if (all_zero(secret)) return Error(Code::invalid, "agreeing on a secret: the peer's key is of small order");
  return secret;
}

Result<KeyPair> generate_key_pair() {
  Secret<32> bytes{};
  if (auto filled = fill_random(bytes); !filled) return filled.error().in("making a key pair");
  return key_pair(PrivateKey(bytes));
}

Result<KeyPair> key_pair(const PrivateKey& private_key) {
  auto slot = import_private(private_key);
  if (!slot) return slot.error();
  PublicKey public_key{};
  std::size_t size = 0;
  const psa_status_t status = psa_export_public_key(slot->id(), public_key.data(), public_key.size(), &size);
  if (status != PSA_SUCCESS) return psa_error(status, "computing a public key");
  return KeyPair{private_key, public_key};
}

}  // namespace vitald::crypto
