#pragma once

// Receipts, and what authenticates them: a MAC under a key that only the device and this receiver can compute.

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
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
#include "sync/receiver/recipients.hpp"

namespace vitald {

// A receipt names at most so many ranges; what is beyond is named by a later one.
constexpr std::size_t kMostRanges = 1024;

class Receipts {
 public:
  Receipts(Recipients recipients, std::string prefix, std::uint32_t credit)
      : recipients_(std::move(recipients)), prefix_(std::move(prefix)), credit_(credit) {}

  // done: stored or declared lost. wanted: to be sent again. recipient: under which of our keys.
  Result<OutgoingReceipt> make(const RegisteredDevice& device, std::uint64_t epoch, const RangeSet& done,
                               const RangeSet& wanted, const crypto::KeyId& recipient);

  const Recipients& recipients() const { return recipients_; }
  // Under the key of ours that it names, which must be one.
  Result<bool> authentic(const CarriedInventory& inventory, const RegisteredDevice& device);

 private:
  // Of a receipt: its device, its epoch and our key.
  using Parties = std::tuple<crypto::KeyId, std::uint64_t, crypto::KeyId>;
  Result<crypto::MacKey> mac_key(const RegisteredDevice& device, std::uint64_t epoch, const crypto::KeyId& recipient);

  Recipients recipients_;
  std::string prefix_;
  std::uint32_t credit_;
  // Agreeing on a key costs more than everything else in a receipt.
  std::map<Parties, crypto::MacKey> mac_keys_;
};

}  // namespace vitald
