#include "platform/crypto/hpke.hpp"

#include "platform/crypto/hkdf.hpp"
#include "platform/crypto/kem.hpp"
#include "platform/crypto/psa.hpp"

namespace vitald::crypto {
namespace {

constexpr char kBaseMode = 0;
constexpr char kAuthMode = 2;

// "HPKE", then KEM 0x0020, KDF 0x0001 and the AEAD.
std::string suite_id(AeadAlgorithm algorithm) {
  return std::string("HPKE\x00\x20\x00\x01\x00", 9) + static_cast<char>(algorithm);
}

// mode, hash of the (always empty) PSK id, hash of info
Result<std::string> schedule_context(std::string_view suite, char mode, std::string_view info) {
  auto psk_id_hash = labeled_extract(suite, "", "psk_id_hash", "");
  if (!psk_id_hash) return psk_id_hash.error();
  auto info_hash = labeled_extract(suite, "", "info_hash", info);
  if (!info_hash) return info_hash.error();
  std::string context(1, mode);
  return context.append(view(*psk_id_hash)).append(view(*info_hash));
}

Result<Aead> expand_aead(AeadAlgorithm algorithm, std::string_view suite, const Secret<32>& secret,
                         std::string_view context) {
  Secret<32> room{};
  const auto key = std::span<std::uint8_t>(room).first(key_bytes(algorithm));
  if (auto expanded = labeled_expand(suite, secret, "key", context, key); !expanded) return expanded.error();
  return Aead::create(algorithm, key);
}

Result<HpkeSchedule> key_schedule(AeadAlgorithm algorithm, char mode, const KemSecret& shared, std::string_view info) {
  const std::string suite = suite_id(algorithm);
  auto context = schedule_context(suite, mode, info);
  if (!context) return context.error();
  auto secret = labeled_extract(suite, view(shared), "secret", "");
  if (!secret) return secret.error();
  auto aead = expand_aead(algorithm, suite, *secret, *context);
  if (!aead) return aead.error();
  HpkeSchedule schedule{algorithm, std::move(*aead), {}, {}};
  auto expanded = labeled_expand(suite, *secret, "base_nonce", *context, schedule.base_nonce);
  if (expanded) expanded = labeled_expand(suite, *secret, "exp", *context, schedule.exporter);
  if (!expanded) return expanded.error();
  return schedule;
}

}  // namespace

Result<void> HpkeContext::export_secret(std::string_view exporter_context, std::span<std::uint8_t> out) const {
  return labeled_expand(suite_id(schedule_.algorithm), schedule_.exporter, "sec", exporter_context, out);
}

Result<HpkeSender> HpkeSender::create(AeadAlgorithm algorithm, const PublicKey& recipient, std::string_view info,
                                      const std::optional<KeyPair>& sender, const std::optional<KeyPair>& ephemeral) {
  auto own = ephemeral ? Result<KeyPair>(*ephemeral) : generate_key_pair();
  if (!own) return own.error();
  auto shared = encapsulate(*own, recipient, sender);
  if (!shared) return shared.error();
  auto schedule = key_schedule(algorithm, sender ? kAuthMode : kBaseMode, *shared, info);
  if (!schedule) return schedule.error();
  return HpkeSender(std::move(*schedule), own->public_key);
}

Result<std::string> HpkeSender::seal(std::string_view aad, std::string_view plaintext) {
  auto sealed = schedule_.aead.seal(numbered(schedule_.base_nonce, sequence_), aad, plaintext);
  if (sealed) ++sequence_;
  return sealed;
}

Result<HpkeReceiver> HpkeReceiver::create(AeadAlgorithm algorithm, const PublicKey& enc, const KeyPair& recipient,
                                          std::string_view info, const std::optional<PublicKey>& sender) {
  auto shared = decapsulate(enc, recipient, sender);
  if (!shared) return shared.error();
  auto schedule = key_schedule(algorithm, sender ? kAuthMode : kBaseMode, *shared, info);
  if (!schedule) return schedule.error();
  return HpkeReceiver(std::move(*schedule));
}

Result<std::string> HpkeReceiver::open(std::string_view aad, std::string_view ciphertext) {
  auto opened = schedule_.aead.open(numbered(schedule_.base_nonce, sequence_), aad, ciphertext);
  if (opened) ++sequence_;
  return opened;
}

}  // namespace vitald::crypto
