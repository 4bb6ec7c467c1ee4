#pragma once

// The keys of one epoch. One HPKE set-up in auth mode (some milliseconds) gives both ends a batch key,
// Export("vitald batch key"), and a base nonce, Export("vitald batch nonce", 12); a batch is then one AEAD call with
// the nonce base XOR number and its envelope's bytes as AAD, so that any batch opens alone and in any order.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "platform/crypto/aead.hpp"
#include "platform/crypto/keys.hpp"
#include "platform/crypto/secret.hpp"
#include "platform/model/result.hpp"

namespace vitald::crypto {

// The device's end. The key lives in RAM and dies with it.
class EpochSealer {
 public:
  // info: what the epoch is bound to (version, suite, device, epoch), as both ends write it.
  static Result<EpochSealer> create(AeadAlgorithm algorithm, const KeyPair& device, const PublicKey& recipient,
                                    std::string_view info);

  // Goes into every envelope of the epoch; 32 bytes.
  const std::string& enc() const { return enc_; }

  // number: higher than any before it, from 1. A number that was sealed once is refused (a nonce never comes twice).
  Result<std::string> seal(std::uint64_t number, std::string_view envelope, std::string_view body);

 private:
  EpochSealer(std::string enc, Aead aead, const Nonce& base_nonce)
      : enc_(std::move(enc)), aead_(std::move(aead)), base_nonce_(base_nonce) {}

  std::string enc_;
  Aead aead_;
  Nonce base_nonce_;
  std::uint64_t last_ = 0;
};

// The receiver's end. It takes a key slot only while it opens, so that any number of epochs can be kept at hand.
class EpochOpener {
 public:
  // device: the sender that is registered; only what its key has sealed opens.
  static Result<EpochOpener> create(AeadAlgorithm algorithm, std::string_view enc, const KeyPair& recipient,
                                    const PublicKey& device, std::string_view info);

  // Not authentic (Code::refused): another device, recipient, info, number or envelope, or changed bytes.
  Result<std::string> open(std::uint64_t number, std::string_view envelope, std::string_view content) const;

 private:
  EpochOpener(AeadAlgorithm algorithm, const Secret<32>& key, const Nonce& base_nonce)
      : algorithm_(algorithm), key_(key), base_nonce_(base_nonce) {}

  AeadAlgorithm algorithm_;
  Secret<32> key_;  // its first key_bytes(algorithm_)
  Nonce base_nonce_;
};

}  // namespace vitald::crypto
