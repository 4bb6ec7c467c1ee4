#pragma once

// How a batch's content becomes its body: one opener for each suite that the receiver can open.

#include <map>
#include <memory>
#include <string>

#include "platform/crypto/keys.hpp"
#include "platform/model/result.hpp"
#include "sync/batch/body.hpp"
#include "sync/batch/envelope.hpp"

namespace vitald {

class Opener {
 public:
  virtual ~Opener() = default;
  // The content in the clear, still packed as the envelope says. `sender` is the public key that the device is
  // registered with. An Error (refused) when the batch was not sealed by it, to us, with this envelope.
  virtual Result<std::string> open(const Envelope& envelope, const BatchView& batch,
                                   const crypto::PublicKey& sender) = 0;
};

class Openers {
 public:
  void add(Suite suite, std::unique_ptr<Opener> opener) { openers_[suite] = std::move(opener); }
  // nullptr: batches of that suite cannot be opened here.
  Opener* find(Suite suite) const;

 private:
  std::map<Suite, std::unique_ptr<Opener>> openers_;
};

// Suite none: the content is in the clear as it came.
std::unique_ptr<Opener> unsealed_opener();

// A batch as it came and is stored: a Batch of the wire contract, or a JSON document, which starts with '{' and is
// never sealed.
bool is_json(std::string_view bytes);
Result<Envelope> envelope_of(std::string_view bytes);

// not_found: no opener for its suite; refused: not authentic; invalid: content that is no body, or not the one that the
// envelope tells of.
Result<DecodedBody> open_batch(const Envelope& envelope, std::string_view bytes, const crypto::PublicKey& sender,
                               const Openers& openers);

}  // namespace vitald
