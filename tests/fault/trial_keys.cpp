#include "tests/fault/trial_keys.hpp"

#include <cstdlib>
#include <map>

#include "platform/crypto/epoch_keys.hpp"
#include "sync/batch/packing.hpp"
#include "sync/batch/seal.hpp"

namespace vitald::fault {
namespace {

crypto::KeyPair pair_of(std::uint8_t byte) {
  std::array<std::uint8_t, 32> bytes;
  bytes.fill(byte);
  const Result<crypto::KeyPair> pair = crypto::key_pair(crypto::PrivateKey(bytes));
  if (!pair) std::abort();
  return *pair;
}

// A set-up costs milliseconds: one an epoch.
Result<crypto::EpochOpener*> opener_of(const Envelope& envelope) {
  static std::map<std::uint64_t, crypto::EpochOpener> openers;
  const auto known = openers.find(envelope.epoch);
  if (known != openers.end()) return &known->second;
  const auto algorithm = envelope.suite == Suite::x25519_aes256gcm ? crypto::AeadAlgorithm::aes_256_gcm
                                                                   : crypto::AeadAlgorithm::chacha20_poly1305;
  Result<crypto::EpochOpener> opener =
      crypto::EpochOpener::create(algorithm, envelope.enc, trial_recipient(), trial_device().public_key,
                                  seal_info(envelope.suite, envelope.device, envelope.epoch));
  if (!opener) return opener.error();
  return &openers.emplace(envelope.epoch, std::move(*opener)).first->second;
}

}  // namespace

const crypto::KeyPair& trial_device() {
  static const crypto::KeyPair pair = pair_of(7);
  return pair;
}

const crypto::KeyPair& trial_recipient() {
  static const crypto::KeyPair pair = pair_of(11);
  return pair;
}

Result<std::string> open_trial_batch(const BatchView& batch) {
  const Result<Envelope> envelope = decode_envelope(batch.envelope);
  if (!envelope) return envelope.error();
  const Result<crypto::EpochOpener*> opener = opener_of(*envelope);
  if (!opener) return opener.error();
  Result<std::string> body = (*opener)->open(envelope->number, batch.envelope, batch.content);
  if (!body || envelope->packing == Packing::none) return body;
  return unpack(*body, kMaxBodyBytes);
}

}  // namespace vitald::fault
