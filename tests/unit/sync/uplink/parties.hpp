#pragma once

// A device and a receiver that know each other's keys.

#include <string>

#include "sync/batch/inventory.hpp"
#include "sync/batch/receipt.hpp"
#include "sync/uplink/authenticator.hpp"

namespace vitald {

struct Parties {
  crypto::KeyPair device = *crypto::generate_key_pair();
  crypto::KeyPair receiver = *crypto::generate_key_pair();

  UplinkKeys keys() const { return {device, receiver.public_key}; }

  // The key as the receiver computes it.
  crypto::MacKey key(std::string_view purpose, std::uint64_t epoch) const {
    return *crypto::shared_mac_key(receiver.private_key, device.public_key, purpose, epoch,
                                   *crypto::key_id(device.public_key), *crypto::key_id(receiver.public_key));
  }
  Receipt receipt(std::uint64_t epoch, std::uint64_t through, std::uint32_t credit = 64) const {
    Receipt made;
    made.device = "device-1";
    made.epoch = epoch;
    made.through = through;
    made.credit = credit;
    made.recipient = *crypto::key_id(receiver.public_key);
    return made;
  }
  std::string sealed(const Receipt& receipt) const { return encode(receipt, key("receipt", receipt.epoch)); }
};

}  // namespace vitald
