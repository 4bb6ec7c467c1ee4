#include "agent/seal.hpp"

#include <spdlog/spdlog.h>

#include "agent/key_storage.hpp"
#include "platform/linux/clock.hpp"
#include "sync/batch/seal.hpp"

namespace vitald {
namespace {

SealMaker seal_maker(const Settings& settings, const UplinkKeys& keys) {
  if (settings.seal == "hpke") return hpke_seal(keys.device, keys.recipient);
  spdlog::warn("seal \"none\": readings are not sealed; the disk and the broker hold them in the clear");
  return no_seal();
}

}  // namespace

Result<UplinkKeys> read_keys(const Settings& settings) {
  const Result<crypto::KeyPair> device = device_key(settings);
  if (!device) return device.error().in("the device's key (make one with `vitald keys generate`)");
  const Result<crypto::PublicKey> recipient = crypto::read_public_key(settings.recipient_key_file());
  if (!recipient) return recipient.error().in("the recipient's public key (`vitald-receiver keys show` prints it)");
  return UplinkKeys{*device, *recipient};
}

OutboxSettings outbox_settings(const Settings& settings, const BootId& boot, const UplinkKeys& keys) {
  OutboxSettings outbox;
  outbox.file = settings.outbox_file();
  outbox.quota = std::uint64_t{settings.outbox.quota_mb} << 20;
  outbox.keep = settings.outbox.keep;
  outbox.device = settings.device;
  outbox.boot = boot;
  outbox.now = boot_now;
  outbox.seal = seal_maker(settings, keys);
  outbox.json = settings.outbox.encoding == "json";
  return outbox;
}

}  // namespace vitald
