#pragma once

// Receipts, and what authenticates them: a MAC under a key that only the device and this receiver can compute.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "platform/crypto/keys.hpp"
#include "platform/crypto/mac.hpp"
#include "platform/model/result.hpp"
#include "sync/batch/inventory.hpp"
#include "sync/batch/range.hpp"
#include "sync/batch/receipt.hpp"
#include "sync/receiver/device_registry.hpp"
#include "sync/receiver/receipt_window.hpp"

namespace vitald {

// A receipt names at most so many ranges; what is beyond is named by a later one.
constexpr std::size_t kMostRanges = 1024;

class Receipts {
 public:
  static Result<Receipts> create(const crypto::KeyPair& recipient, std::string prefix, std::uint32_t credit);

  // done: stored or declared lost. wanted: to be sent again.
  Result<OutgoingReceipt> make(const RegisteredDevice& device, std::uint64_t epoch, const RangeSet& done,
                               const RangeSet& wanted);

  const crypto::KeyId& recipient() const { return recipient_id_; }
  Result<bool> authentic(const CarriedInventory& inventory, const RegisteredDevice& device);

 private:
  Receipts(const crypto::KeyPair& recipient, const crypto::KeyId& id, std::string prefix, std::uint32_t credit)
      : recipient_(recipient), recipient_id_(id), prefix_(std::move(prefix)), credit_(credit) {}
  Result<crypto::MacKey> mac_key(const RegisteredDevice& device, std::uint64_t epoch);

  crypto::KeyPair recipient_;
  crypto::KeyId recipient_id_;
  std::string prefix_;
  std::uint32_t credit_;
  // Agreeing on a key costs more than everything else in a receipt.
  std::map<std::pair<crypto::KeyId, std::uint64_t>, crypto::MacKey> mac_keys_;
};

}  // namespace vitald
