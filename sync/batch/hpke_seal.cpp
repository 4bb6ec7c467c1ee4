#include "platform/crypto/aead.hpp"
#include "platform/crypto/epoch_keys.hpp"
#include "sync/batch/seal.hpp"

namespace vitald {
namespace {

class HpkeSeal final : public Seal {
 public:
  HpkeSeal(Suite suite, const KeyId& recipient, crypto::EpochSealer sealer)
      : suite_(suite), recipient_(recipient), sealer_(std::move(sealer)) {}

  Suite suite() const override { return suite_; }
  KeyId recipient() const override { return recipient_; }
  std::string enc() const override { return sealer_.enc(); }
  Result<std::string> seal(std::uint64_t number, std::string_view envelope, std::string_view body) override {
    return sealer_.seal(number, envelope, body);
  }

 private:
  Suite suite_;
  KeyId recipient_;
  crypto::EpochSealer sealer_;
};

void append_big_endian(std::string& bytes, std::uint64_t value, int width) {
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
}

}  // namespace

std::string seal_info(Suite suite, std::string_view device, std::uint64_t epoch) {
  std::string info = "vitald";
  append_big_endian(info, 1, 1);
  append_big_endian(info, static_cast<std::uint32_t>(suite), 4);
  append_big_endian(info, epoch, 8);
  return info.append(device);
}

SealMaker hpke_seal(const crypto::KeyPair& device, const crypto::PublicKey& recipient) {
  return hpke_seal(device, recipient, crypto::aes_is_fast() ? Suite::x25519_aes256gcm : Suite::x25519_chacha20poly1305);
}

SealMaker hpke_seal(const crypto::KeyPair& device, const crypto::PublicKey& recipient, Suite suite) {
  const auto algorithm =
      suite == Suite::x25519_aes256gcm ? crypto::AeadAlgorithm::aes_256_gcm : crypto::AeadAlgorithm::chacha20_poly1305;
  return [=](std::string_view id, std::uint64_t epoch) -> Result<std::unique_ptr<Seal>> {
    const Result<KeyId> key = crypto::key_id(recipient);
    if (!key) return key.error();
    auto sealer = crypto::EpochSealer::create(algorithm, device, recipient, seal_info(suite, id, epoch));
    if (!sealer) return sealer.error().in("setting up an epoch's seal");
    return std::unique_ptr<Seal>(std::make_unique<HpkeSeal>(suite, *key, std::move(*sealer)));
  };
}

}  // namespace vitald
