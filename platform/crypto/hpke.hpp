#pragma once

// HPKE (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, base and auth mode. A context seals and opens in order,
// from sequence 0; batches, which are opened in any order, use epoch_keys.hpp, which only exports from a context.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "platform/crypto/aead.hpp"
#include "platform/crypto/keys.hpp"
#include "platform/crypto/secret.hpp"
#include "platform/model/result.hpp"

namespace vitald::crypto {

// What the key schedule (section 5.1) gives to both ends.
struct HpkeSchedule {
  AeadAlgorithm algorithm;
  Aead aead;
  Nonce base_nonce;
  Secret<32> exporter;
};

class HpkeContext {
 public:
  // Section 5.3: fills `out` with a secret that both ends can derive for this exporter context.
  Result<void> export_secret(std::string_view exporter_context, std::span<std::uint8_t> out) const;

 protected:
  explicit HpkeContext(HpkeSchedule schedule) : schedule_(std::move(schedule)) {}

  HpkeSchedule schedule_;
  std::uint64_t sequence_ = 0;
};

class HpkeSender : public HpkeContext {
 public:
  // With a sender: auth mode. The ephemeral key is made here; only test vectors give it.
  static Result<HpkeSender> create(AeadAlgorithm algorithm, const PublicKey& recipient, std::string_view info,
                                   const std::optional<KeyPair>& sender = {},
                                   const std::optional<KeyPair>& ephemeral = {});

  const PublicKey& enc() const { return enc_; }
  Result<std::string> seal(std::string_view aad, std::string_view plaintext);

 private:
  HpkeSender(HpkeSchedule schedule, const PublicKey& enc) : HpkeContext(std::move(schedule)), enc_(enc) {}

  PublicKey enc_;
};

class HpkeReceiver : public HpkeContext {
 public:
  // With a sender: auth mode, in which nothing opens that this sender has not sealed.
  static Result<HpkeReceiver> create(AeadAlgorithm algorithm, const PublicKey& enc, const KeyPair& recipient,
                                     std::string_view info, const std::optional<PublicKey>& sender = {});

  // What does not open leaves the sequence where it was.
  Result<std::string> open(std::string_view aad, std::string_view ciphertext);

 private:
  explicit HpkeReceiver(HpkeSchedule schedule) : HpkeContext(std::move(schedule)) {}
};

}  // namespace vitald::crypto
