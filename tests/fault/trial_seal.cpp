#include "tests/fault/trial_seal.hpp"

#include <algorithm>
#include <functional>

#include "sync/batch/envelope.hpp"

namespace vitald::fault {
namespace {

using crypto::AeadAlgorithm;

// One AEAD call a batch, as the product's own seal does it, under a key that came from nowhere.
class InjectedSeal final : public Seal {
 public:
  InjectedSeal(Suite suite, crypto::Aead aead, const crypto::Nonce& nonce)
      : suite_(suite), aead_(std::move(aead)), nonce_(nonce) {}

  Suite suite() const override { return suite_; }
  KeyId recipient() const override { return {}; }
  std::string enc() const override { return std::string(32, 'e'); }
  Result<std::string> seal(std::uint64_t number, std::string_view envelope, std::string_view body) override {
    return aead_.seal(crypto::numbered(nonce_, number), envelope, body);
  }

 private:
  Suite suite_;
  crypto::Aead aead_;
  crypto::Nonce nonce_;
};

}  // namespace

class NotingSeal final : public Seal {
 public:
  NotingSeal(TrialSeals& seals, std::uint64_t epoch, std::unique_ptr<Seal> seal)
      : seals_(seals), epoch_(epoch), seal_(std::move(seal)) {}

  Suite suite() const override { return seal_->suite(); }
  KeyId recipient() const override { return seal_->recipient(); }
  std::string enc() const override { return seal_->enc(); }
  Result<std::string> seal(std::uint64_t number, std::string_view envelope, std::string_view body) override {
    seals_.note({epoch_, number}, body);
    return seal_->seal(number, envelope, body);
  }

 private:
  TrialSeals& seals_;
  std::uint64_t epoch_;
  std::unique_ptr<Seal> seal_;
};

std::size_t hash_of(std::string_view bytes) { return std::hash<std::string_view>{}(bytes); }

TrialSeals::TrialSeals(std::uint64_t seed, std::uint64_t kem_every) : random_(seed), kem_every_(kem_every) {
  const Result<crypto::KeyPair> device = crypto::generate_key_pair(), recipient = crypto::generate_key_pair();
  if (!device || !recipient) std::abort();
  device_ = std::make_unique<crypto::KeyPair>(*device);
  recipient_ = std::make_unique<crypto::KeyPair>(*recipient);
}

SealMaker TrialSeals::maker() {
  return [this](std::string_view device, std::uint64_t epoch) -> Result<std::unique_ptr<Seal>> {
    const bool kem = kem_every_ != 0 && random_() % kem_every_ == 0;
    Result<std::unique_ptr<Seal>> seal = kem ? by_kem(device, epoch) : injected(epoch);
    if (!seal) return seal.error();
    return std::unique_ptr<Seal>(std::make_unique<NotingSeal>(*this, epoch, std::move(*seal)));
  };
}

Result<std::unique_ptr<Seal>> TrialSeals::by_kem(std::string_view device, std::uint64_t epoch) {
  Result<std::unique_ptr<Seal>> seal = hpke_seal(*device_, recipient_->public_key)(device, epoch);
  if (!seal) return seal.error();
  const Suite suite = (*seal)->suite();
  const auto algorithm =
      suite == Suite::x25519_aes256gcm ? AeadAlgorithm::aes_256_gcm : AeadAlgorithm::chacha20_poly1305;
  Result<crypto::EpochOpener> opener = crypto::EpochOpener::create(
      algorithm, (*seal)->enc(), *recipient_, device_->public_key, seal_info(suite, device, epoch));
  if (!opener) return opener.error();
  keys_[epoch].opener = std::make_unique<crypto::EpochOpener>(std::move(*opener));
  ++kem_epochs_;
  return {std::move(*seal)};
}

Result<std::unique_ptr<Seal>> TrialSeals::injected(std::uint64_t epoch) {
  Keys& keys = keys_[epoch];
  const bool aes = random_() % 2 == 0;
  keys.algorithm = aes ? AeadAlgorithm::aes_256_gcm : AeadAlgorithm::chacha20_poly1305;
  std::ranges::generate(keys.key, [this] { return static_cast<std::uint8_t>(random_()); });
  std::ranges::generate(keys.nonce, [this] { return static_cast<std::uint8_t>(random_()); });
  Result<crypto::Aead> aead = crypto::Aead::create(keys.algorithm, keys.key);
  if (!aead) return aead.error();
  const Suite suite = aes ? Suite::x25519_aes256gcm : Suite::x25519_chacha20poly1305;
  return std::unique_ptr<Seal>(std::make_unique<InjectedSeal>(suite, std::move(*aead), keys.nonce));
}

void TrialSeals::note(BatchId id, std::string_view body) {
  recent_.emplace_back(id, hash_of(body));
  if (!sealed_.emplace(id, hash_of(body)).second) ++sealed_twice_;
}

bool TrialSeals::genuine(const StoredBatch& batch) {
  const auto sealed = sealed_.find({batch.epoch, batch.number});
  const auto keys = keys_.find(batch.epoch);
  if (sealed == sealed_.end() || keys == keys_.end()) return false;
  std::size_t batches = 0;
  bool opens = true;
  const Result<void> read = for_each_batch(batch.bytes, [&](const BatchView& view) {
    ++batches;
    const Result<Envelope> envelope = decode_envelope(view.envelope);
    const Result<std::string> body = open(keys->second, batch.number, view.envelope, view.content);
    opens = opens && envelope && envelope->epoch == batch.epoch && envelope->number == batch.number && body &&
            hash_of(*body) == sealed->second;
  });
  return read && opens && batches == 1;
}

Result<std::string> TrialSeals::open(const Keys& keys, std::uint64_t number, std::string_view envelope,
                                     std::string_view content) const {
  if (keys.opener) return keys.opener->open(number, envelope, content);
  const Result<crypto::Aead> aead = crypto::Aead::create(keys.algorithm, keys.key);
  if (!aead) return aead.error();
  return aead->open(crypto::numbered(keys.nonce, number), envelope, content);
}

void TrialSeals::forget() {
  keys_.clear();
  sealed_.clear();
  recent_.clear();
}

}  // namespace vitald::fault
