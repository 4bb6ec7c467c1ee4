#include "platform/crypto/epoch_keys.hpp"

#include <algorithm>
#include <span>

#include "platform/crypto/hpke.hpp"
#include "platform/crypto/psa.hpp"

namespace vitald::crypto {
namespace {

struct BatchKey {
  Secret<32> key{};
  Nonce base_nonce{};
};

std::span<const std::uint8_t> used(const Secret<32>& key, AeadAlgorithm algorithm) {
  return std::span(key).first(key_bytes(algorithm));
}

Result<BatchKey> export_batch_key(const HpkeContext& context, AeadAlgorithm algorithm) {
  BatchKey batch;
  auto exported = context.export_secret("vitald batch key", std::span(batch.key).first(key_bytes(algorithm)));
  if (exported) exported = context.export_secret("vitald batch nonce", batch.base_nonce);
  if (!exported) return exported.error();
  return batch;
}

}  // namespace

Result<EpochSealer> EpochSealer::create(AeadAlgorithm algorithm, const KeyPair& device, const PublicKey& recipient,
                                        std::string_view info) {
  auto context = HpkeSender::create(algorithm, recipient, info, device);
  if (!context) return context.error().in("beginning an epoch");
  auto batch = export_batch_key(*context, algorithm);
  if (!batch) return batch.error().in("beginning an epoch");
  auto aead = Aead::create(algorithm, used(batch->key, algorithm));
  if (!aead) return aead.error().in("beginning an epoch");
  return EpochSealer(std::string(view(context->enc())), std::move(*aead), batch->base_nonce);
}

Result<std::string> EpochSealer::seal(std::uint64_t number, std::string_view envelope, std::string_view body) {
  if (number <= last_) {
    return Error(Code::internal, "batch " + std::to_string(number) + " after batch " + std::to_string(last_) +
                                     ": a number is sealed once");
  }
  auto sealed = aead_.seal(numbered(base_nonce_, number), envelope, body);
  if (sealed) last_ = number;
  return sealed;
}

Result<EpochOpener> EpochOpener::create(AeadAlgorithm algorithm, std::string_view enc, const KeyPair& recipient,
                                        const PublicKey& device, std::string_view info) {
  PublicKey encapsulated{};
  if (enc.size() != encapsulated.size()) return Error(Code::invalid, "an encapsulated key is 32 bytes");
  std::copy_n(octets(enc).begin(), encapsulated.size(), encapsulated.begin());
  auto context = HpkeReceiver::create(algorithm, encapsulated, recipient, info, device);
  if (!context) return context.error().in("joining an epoch");
  auto batch = export_batch_key(*context, algorithm);
  if (!batch) return batch.error().in("joining an epoch");
  return EpochOpener(algorithm, batch->key, batch->base_nonce);
}

Result<std::string> EpochOpener::open(std::uint64_t number, std::string_view envelope, std::string_view content) const {
  auto aead = Aead::create(algorithm_, used(key_, algorithm_));
  if (!aead) return aead.error();
  return aead->open(numbered(base_nonce_, number), envelope, content);
}

}  // namespace vitald::crypto
