#pragma once

// Seals for trials: epoch keys are drawn from the seed, since the KEM costs milliseconds, and come from the real HPKE
// set-up in one epoch of so many. Knows what was ever sealed under every number, and opens batches again.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "platform/crypto/epoch_keys.hpp"
#include "sync/batch/seal.hpp"
#include "sync/outbox/outbox.hpp"

namespace vitald::fault {

using BatchId = std::pair<std::uint64_t, std::uint64_t>;  // epoch, number

class TrialSeals {
 public:
  // kem_every: one epoch of so many is set up by the KEM; 0 = none.
  TrialSeals(std::uint64_t seed, std::uint64_t kem_every);

  SealMaker maker();  // refers to this
  // Whether the batch opens, and to the body that was sealed under its number.
  bool genuine(const StoredBatch& batch);
  // Since the last call, in their order, each with its body's hash.
  std::vector<std::pair<BatchId, std::size_t>> take_sealed() { return std::exchange(recent_, {}); }

  std::uint64_t sealed_twice() const { return sealed_twice_; }
  std::uint64_t kem_epochs() const { return kem_epochs_; }
  void forget();  // epochs so far are of no interest any more

 private:
  friend class NotingSeal;
  struct Keys {
    crypto::AeadAlgorithm algorithm{};
    std::array<std::uint8_t, 32> key{};
    crypto::Nonce nonce{};
    std::unique_ptr<crypto::EpochOpener> opener;  // set: by the KEM
  };

  Result<std::unique_ptr<Seal>> by_kem(std::string_view device, std::uint64_t epoch);
  Result<std::unique_ptr<Seal>> injected(std::uint64_t epoch);
  Result<std::string> open(const Keys& keys, std::uint64_t number, std::string_view envelope,
                           std::string_view content) const;
  void note(BatchId id, std::string_view body);

  std::mt19937_64 random_;
  std::uint64_t kem_every_;
  std::unique_ptr<const crypto::KeyPair> device_, recipient_;
  std::map<std::uint64_t, Keys> keys_;     // by epoch
  std::map<BatchId, std::size_t> sealed_;  // hash of the body
  std::vector<std::pair<BatchId, std::size_t>> recent_;
  std::uint64_t sealed_twice_ = 0, kem_epochs_ = 0;
};

std::size_t hash_of(std::string_view bytes);

}  // namespace vitald::fault
