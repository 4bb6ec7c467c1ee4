#pragma once

// Tells the receiver's receipts from anybody's, and signs what the device says of its store. A hostile broker can send
// anything; without the keys nothing of it counts.
//
// On the storage strand only.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "platform/crypto/mac.hpp"
#include "platform/model/result.hpp"
#include "sync/batch/inventory.hpp"
#include "sync/batch/receipt.hpp"

namespace vitald {

// The device's own key and the recipient's public one.
struct UplinkKeys {
  crypto::KeyPair device;
  crypto::PublicKey recipient;
};

class Authenticator {
 public:
  Authenticator(UplinkKeys keys, std::string device) : keys_(std::move(keys)), device_(std::move(device)) {}

  const std::string& device() const { return device_; }
  // An Error (invalid, refused) when it is malformed, oversized, for another device or not the receiver's; unavailable
  // when it names another key of the receiver's: it does not know yet which one we were given.
  Result<Receipt> receipt(std::string_view message);
  // Ready to be published.
  Result<std::string> inventory(std::vector<HeldEpoch> epochs, const BootId& boot, BootTime now) const;

 private:
  Result<crypto::MacKey> key_of(std::string_view purpose, std::uint64_t epoch) const;
  Result<crypto::MacKey> receipt_key(std::uint64_t epoch);

  UplinkKeys keys_;
  std::string device_;
  std::map<std::uint64_t, crypto::MacKey> receipt_keys_;  // by epoch; a handful
};

}  // namespace vitald
