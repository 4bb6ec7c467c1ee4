#pragma once

// What the device's store holds, told to the receiver at each connect; authenticated like a receipt (epoch 0's key).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/crypto/mac.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "sync/batch/envelope.hpp"
#include "sync/batch/range.hpp"

namespace vitald {

struct HeldEpoch {
  std::uint64_t epoch = 0;
  std::uint64_t last = 0;     // highest number given out
  std::vector<Range> ranges;  // can still be sent
  friend bool operator==(const HeldEpoch&, const HeldEpoch&) = default;
};

struct Inventory {
  std::string device;
  std::vector<HeldEpoch> epochs;
  BootId boot{};
  BootTime sent;
  KeyId recipient{};
  friend bool operator==(const Inventory&, const Inventory&) = default;
};

std::string encode(const Inventory& inventory, const crypto::MacKey& key);

struct CarriedInventory {
  Inventory inventory;
  std::string body, mac;  // as carried
};
Result<CarriedInventory> decode_inventory(std::string_view bytes);
bool authentic(const CarriedInventory& inventory, const crypto::MacKey& key);

}  // namespace vitald
