#include "platform/crypto/kem.hpp"

#include <algorithm>
#include <string>

#include "platform/crypto/hkdf.hpp"
#include "platform/crypto/psa.hpp"
#include "platform/crypto/x25519.hpp"

namespace vitald::crypto {
namespace {

constexpr std::string_view kSuite("KEM\x00\x20", 5);

// ExtractAndExpand over one agreed secret, or two: the ephemeral's and the sender's.
Result<KemSecret> extract_and_expand(const Secret<32>& ephemeral, const std::optional<Secret<32>>& sender,
                                     std::string_view context) {
  Secret<64> both{};
  std::copy(ephemeral.begin(), ephemeral.end(), both.begin());
  if (sender) std::copy(sender->begin(), sender->end(), both.begin() + 32);
  auto key = labeled_extract(kSuite, "", "eae_prk", view(both).substr(0, sender ? 64 : 32));
  if (!key) return key.error();
  KemSecret secret{};
  auto expanded = labeled_expand(kSuite, *key, "shared_secret", context, secret);
  if (!expanded) return expanded.error();
  return secret;
}

std::string kem_context(const PublicKey& enc, const PublicKey& recipient, const PublicKey* sender) {
  std::string context(view(enc));
  context.append(view(recipient));
  if (sender) context.append(view(*sender));
  return context;
}

}  // namespace

Result<KemSecret> encapsulate(const KeyPair& ephemeral, const PublicKey& recipient,
                              const std::optional<KeyPair>& sender) {
  auto first = agree(ephemeral.private_key, recipient);
  if (!first) return first.error();
  if (!sender) return extract_and_expand(*first, {}, kem_context(ephemeral.public_key, recipient, nullptr));
  auto second = agree(sender->private_key, recipient);
  if (!second) return second.error();
  return extract_and_expand(*first, *second, kem_context(ephemeral.public_key, recipient, &sender->public_key));
}

Result<KemSecret> decapsulate(const PublicKey& enc, const KeyPair& recipient, const std::optional<PublicKey>& sender) {
  auto first = agree(recipient.private_key, enc);
  if (!first) return first.error();
  if (!sender) return extract_and_expand(*first, {}, kem_context(enc, recipient.public_key, nullptr));
  auto second = agree(recipient.private_key, *sender);
  if (!second) return second.error();
  return extract_and_expand(*first, *second, kem_context(enc, recipient.public_key, &*sender));
}

}  // namespace vitald::crypto
