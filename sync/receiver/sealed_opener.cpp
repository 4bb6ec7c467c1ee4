#include "sync/receiver/sealed_opener.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "platform/crypto/epoch_keys.hpp"
#include "sync/batch/seal.hpp"

namespace vitald {
namespace {

// An epoch's keys cost an X25519 agreement or two (1.6 ms); kept ones open at once. 100 bytes each.
constexpr std::size_t kMostEpochs = 65'536;

class SealedOpener final : public Opener {
 public:
  SealedOpener(crypto::AeadAlgorithm algorithm, std::shared_ptr<const Recipients> recipients)
      : algorithm_(algorithm), recipients_(std::move(recipients)) {}

  Result<std::string> open(const Envelope& envelope, const BatchView& batch, const crypto::PublicKey& sender) override {
    const auto epoch = keys_of(envelope, sender);
    if (!epoch) return epoch.error();
    return (*epoch)->open(envelope.number, batch.envelope, batch.content);
  }

 private:
  // Everything that the keys depend on, so that no other sender's or recipient's are ever taken.
  using Name = std::pair<std::string, crypto::PublicKey>;  // recipient || info || enc, sender

  Result<const crypto::EpochOpener*> keys_of(const Envelope& envelope, const crypto::PublicKey& sender) {
    const crypto::KeyPair* recipient = recipients_->find(envelope.recipient);
    if (!recipient) return Error(Code::refused, "sealed to a key that is not ours");
    const std::string info = seal_info(envelope.suite, envelope.device, envelope.epoch);
    Name name{std::string(envelope.recipient.begin(), envelope.recipient.end()) + info + envelope.enc, sender};
    if (const auto known = epochs_.find(name); known != epochs_.end()) return &known->second;
    auto opener = crypto::EpochOpener::create(algorithm_, envelope.enc, *recipient, sender, info);
    if (!opener) return opener.error();
    if (epochs_.size() >= kMostEpochs) epochs_.clear();
    return &epochs_.emplace(std::move(name), std::move(*opener)).first->second;
  }

  crypto::AeadAlgorithm algorithm_;
  std::shared_ptr<const Recipients> recipients_;  // shared by the suites' openers
  std::map<Name, crypto::EpochOpener> epochs_;
};

}  // namespace

void add_sealed_openers(Openers& openers, const Recipients& recipients) {
  const auto keys = std::make_shared<const Recipients>(recipients);
  using crypto::AeadAlgorithm;
  openers.add(Suite::x25519_aes256gcm, std::make_unique<SealedOpener>(AeadAlgorithm::aes_256_gcm, keys));
  openers.add(Suite::x25519_chacha20poly1305, std::make_unique<SealedOpener>(AeadAlgorithm::chacha20_poly1305, keys));
}

}  // namespace vitald
