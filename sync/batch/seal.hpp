#pragma once

// Sealing: what turns a body into a batch's content before it is stored, and back in the receiver. A Seal holds one
// epoch's key; it is set up once per epoch and dies with it.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "platform/crypto/keys.hpp"
#include "platform/model/result.hpp"
#include "sync/batch/envelope.hpp"

namespace vitald {

class Seal {
 public:
  virtual ~Seal() = default;
  // What the epoch's envelopes carry.
  virtual Suite suite() const = 0;
  virtual KeyId recipient() const = 0;
  virtual std::string enc() const = 0;
  // The content of batch `number`; `envelope` is authenticated. A number must be sealed once only.
  virtual Result<std::string> seal(std::uint64_t number, std::string_view envelope, std::string_view body) = 0;
};

// Makes the seal of a new epoch of that device.
using SealMaker = std::function<Result<std::unique_ptr<Seal>>(std::string_view device, std::uint64_t epoch)>;

// `seal: "none"`: the content is the body.
SealMaker no_seal();

// `seal: "hpke"`: to the recipient, authenticated by the device's key; AES-256-GCM where the CPU has instructions for
// it, else ChaCha20-Poly1305.
SealMaker hpke_seal(const crypto::KeyPair& device, const crypto::PublicKey& recipient);
// The same in a suite of one's choice.
SealMaker hpke_seal(const crypto::KeyPair& device, const crypto::PublicKey& recipient, Suite suite);

// What an epoch's keys are bound to, HPKE's `info` at both ends: "vitald", version (1 byte), suite (4 bytes), epoch (8
// bytes), both big-endian, and the device's id.
std::string seal_info(Suite suite, std::string_view device, std::uint64_t epoch);

}  // namespace vitald
