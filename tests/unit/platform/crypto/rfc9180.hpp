#pragma once

// The HPKE test vectors of testdata/rfc9180.txt.

#include <cstdint>
#include <string>
#include <vector>

namespace vitald::crypto {

struct HpkeVector {
  struct Encryption {
    std::uint64_t sequence;
    std::string plaintext, aad, ciphertext;
  };
  struct Export {
    std::string context, value;
  };

  int mode = 0, aead = 0;
  // Bytes; the sender's keys are empty in base mode.
  std::string info, ephemeral_public, ephemeral, recipient_public, recipient, sender_public, sender, enc, shared_secret;
  std::vector<Encryption> encryptions;
  std::vector<Export> exports;
};

std::vector<HpkeVector> rfc9180_vectors();

}  // namespace vitald::crypto
