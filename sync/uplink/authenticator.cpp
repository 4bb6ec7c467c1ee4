#include "sync/uplink/authenticator.hpp"

namespace vitald {

namespace {

constexpr std::size_t kLargestReceipt = 64 * 1024;  // bytes; a receiver coalesces, so real ones are far smaller
constexpr std::size_t kMostKeys = 64;               // forged epochs must not fill the memory

}  // namespace

Result<Receipt> Authenticator::receipt(std::string_view message) {
  if (message.size() > kLargestReceipt)
    return Error(Code::invalid, "a receipt of " + std::to_string(message.size()) + " bytes");
  const auto carried = decode_receipt(message);
  if (!carried) return carried.error().in("reading a receipt");
  if (carried->receipt.device != device_) return Error(Code::refused, "a receipt for another device");
  const auto recipient = crypto::key_id(keys_.recipient);
  if (!recipient) return recipient.error();
  if (carried->receipt.recipient != *recipient)
    return Error(Code::unavailable, "a receipt under another recipient's key than ours");
  const auto key = receipt_key(carried->receipt.epoch);
  if (!key) return key.error();
  if (!authentic(*carried, *key)) return Error(Code::refused, "a receipt that is not the receiver's");
  return carried->receipt;
}

Result<std::string> Authenticator::inventory(std::vector<HeldEpoch> epochs, const BootId& boot, BootTime now) const {
  const auto recipient = crypto::key_id(keys_.recipient);
  if (!recipient) return recipient.error();
  const auto key = key_of("inventory", 0);
  if (!key) return key.error();
  return encode(Inventory{device_, std::move(epochs), boot, now, *recipient}, *key);
}

Result<crypto::MacKey> Authenticator::key_of(std::string_view purpose, std::uint64_t epoch) const {
  const auto device = crypto::key_id(keys_.device.public_key);
  if (!device) return device.error();
  const auto recipient = crypto::key_id(keys_.recipient);
  if (!recipient) return recipient.error();
  return crypto::shared_mac_key(keys_.device.private_key, keys_.recipient, purpose, epoch, *device, *recipient);
}

Result<crypto::MacKey> Authenticator::receipt_key(std::uint64_t epoch) {
  if (const auto known = receipt_keys_.find(epoch); known != receipt_keys_.end()) return known->second;
  auto key = key_of("receipt", epoch);
  if (!key) return key;
  if (receipt_keys_.size() >= kMostKeys) receipt_keys_.clear();
  receipt_keys_.emplace(epoch, *key);
  return key;
}

}  // namespace vitald
