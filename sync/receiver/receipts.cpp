#include "sync/receiver/receipts.hpp"

#include <algorithm>

#include "sync/receiver/topic.hpp"

namespace vitald {
namespace {

constexpr std::size_t kMostKeptKeys = 10'000;

std::vector<Range> some_of(std::span<const Range> ranges) {
  return {ranges.begin(), ranges.begin() + static_cast<std::ptrdiff_t>(std::min(ranges.size(), kMostRanges))};
}

// What is beyond the through-number.
std::vector<Range> beyond(const RangeSet& set, std::uint64_t through) {
  auto ranges = set.ranges();
  if (through > 0) ranges = ranges.subspan(1);
  return some_of(ranges);
}

}  // namespace

Result<OutgoingReceipt> Receipts::make(const RegisteredDevice& device, std::uint64_t epoch, const RangeSet& done,
                                       const RangeSet& wanted, const crypto::KeyId& recipient) {
  const auto key = mac_key(device, epoch, recipient);
  if (!key) return key.error().in("making a receipt for " + device.name);
  Receipt receipt;
  receipt.device = device.name;
  receipt.epoch = epoch;
  receipt.through = done.through();
  receipt.ranges = beyond(done, receipt.through);
  receipt.credit = credit_;
  receipt.wanted = some_of(wanted.ranges());
  receipt.recipient = recipient;
  return OutgoingReceipt{receipt_topic(prefix_, device.name), encode(receipt, *key), device.row, epoch};
}

Result<bool> Receipts::authentic(const CarriedInventory& carried, const RegisteredDevice& device) {
  const crypto::KeyId& id = carried.inventory.recipient;
  const crypto::KeyPair* recipient = recipients_.find(id);
  if (!recipient) return false;
  const auto key = crypto::shared_mac_key(recipient->private_key, device.key, "inventory", 0, device.key_id, id);
  if (!key) return key.error().in("authenticating the inventory of " + device.name);
  return vitald::authentic(carried, *key);
}

Result<crypto::MacKey> Receipts::mac_key(const RegisteredDevice& device, std::uint64_t epoch,
                                         const crypto::KeyId& recipient) {
  const Parties parties(device.key_id, epoch, recipient);
  if (const auto known = mac_keys_.find(parties); known != mac_keys_.end()) return known->second;
  const crypto::KeyPair* pair = recipients_.find(recipient);
  if (!pair) return Error(Code::internal, "a receipt under a key that is not ours");
  const auto key = crypto::shared_mac_key(pair->private_key, device.key, "receipt", epoch, device.key_id, recipient);
  if (!key) return key;
  if (mac_keys_.size() >= kMostKeptKeys) mac_keys_.clear();
  mac_keys_.emplace(parties, *key);
  return key;
}

}  // namespace vitald
