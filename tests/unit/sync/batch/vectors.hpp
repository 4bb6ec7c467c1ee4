#pragma once

// The golden vectors of sync/batch/testdata, made anew: what the encoder writes for them must stay the bytes committed
// there.

#include <string>
#include <vector>

#include "platform/crypto/mac.hpp"
#include "sync/batch/inventory.hpp"
#include "sync/batch/receipt.hpp"

namespace vitald::vectors {

struct Vector {
  std::string name;   // of the file
  std::string bytes;  // a Message
};

// "example", "vitals", "waveform", "extremes", "losses": batches that are not sealed; "sealed": its content is opaque.
std::vector<Vector> messages();

Receipt receipt();
Inventory inventory();
// The key that both are authenticated under: 32 bytes 0x42.
crypto::MacKey mac_key();

// The JSON encoding of a message's batches, a line each; nothing of batches that are sealed.
Result<std::string> to_json_lines(std::string_view message);

}  // namespace vitald::vectors
