// commands.hpp: `vitald-receiver device wiped`.

#include <algorithm>

#include "platform/crypto/mac.hpp"
#include "platform/identity/wipe.hpp"
#include "platform/linux/file.hpp"
#include "sync/receiver/command_support.hpp"
#include "sync/receiver/commands.hpp"
#include "sync/receiver/device_registry.hpp"

namespace vitald {
namespace {

std::string unhex(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  return bytes;
}

// Only the device's key and one of ours make this MAC.
bool vouched_to(const crypto::KeyPair& recipient, const RegisteredDevice& device, const WipeReceipt& receipt) {
  const auto id = crypto::key_id(recipient.public_key);
  if (!id) return false;
  const auto key = crypto::shared_mac_key(recipient.private_key, device.key, "wipe", 0, device.key_id, *id);
  return key && crypto::verify_mac(*key, vouched_bytes(receipt), unhex(receipt.vouched));
}

Result<void> check(const ReceiverSettings& settings, ReceiverStore& store, const WipeReceipt& receipt) {
  std::vector<std::string> files = settings.former_keys;
  files.insert(files.begin(), settings.private_key_file());
  const auto devices = registered_devices(store.database());
  if (!devices) return devices.error();
  const auto device = std::ranges::find(*devices, receipt.device, &RegisteredDevice::name);
  if (device == devices->end()) return Error(Code::not_found, "no device " + receipt.device + " is registered");
  for (const std::string& file : files) {
    const auto recipient = crypto::read_private_key(file);
    if (recipient && vouched_to(*recipient, *device, receipt)) return {};
  }
  return Error(Code::refused, "the receipt is whole, but the device's key does not vouch for it");
}

bool is_hex(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

int check_wiped(const std::string& config, const std::string& receipt_file) {
  const auto text = read_file(receipt_file, 64 * 1024);
  if (!text) return fail(text.error());
  const auto receipt = read_wipe_receipt(*text);
  if (!receipt) return fail(receipt.error().in(receipt_file));
  if (!is_hex(receipt->vouched)) return fail({Code::refused, "the receipt names no word of the device's key"});
  return with_store(config, ReceiverStore::open_for_reading,
                    [&](const ReceiverSettings& settings, ReceiverStore& store) {
                      const auto good = check(settings, store, *receipt);
                      if (!good) return fail(good.error());
                      std::cout << receipt->device << ": wiped, from " << receipt->began_us / 1'000'000 << " to "
                                << receipt->ended_us / 1'000'000 << " (seconds since 1970 by its own clock)\n";
                      return kDone;
                    });
}

}  // namespace vitald
