#pragma once

// The device's TLS identity on disk, in two slots at most: the one in use, and the next one while it is being made.
//
//   identity/current     -> the number of the slot in use (a link)
//   identity/<N>/device.key, device.crt
//
// Numbers only grow. A slot is used from the moment its certificate has been seen to work, and the one before it is
// destroyed only then; so wherever the power is cut, one that works is there, and next_step() says how to go on.

#include <cstdint>
#include <optional>
#include <string>

#include "platform/identity/certificate.hpp"
#include "platform/identity/files.hpp"

namespace vitald {

class IdentitySlots {
 public:
  // passphrase: of the keys, "" = in the clear.
  IdentitySlots(Files& files, std::string state_dir, std::string passphrase = "")
      : files_(files), folder_(std::move(state_dir) + "/identity"), passphrase_(std::move(passphrase)) {}

  std::optional<std::uint32_t> current();
  std::string certificate_file(std::uint32_t slot) const {
    return folder_ + "/" + std::to_string(slot) + "/device.crt";
  }
  std::string key_file(std::uint32_t slot) const { return folder_ + "/" + std::to_string(slot) + "/device.key"; }
  // Of the slot in use: the same names however often it changes.
  std::string current_certificate() const { return folder_ + "/current/device.crt"; }
  std::string current_key() const { return folder_ + "/current/device.key"; }
  const std::string& passphrase() const { return passphrase_; }

  enum class Step { nothing, ask, try_out };  // with the next slot: it is not begun, wants a certificate, wants a trial
  Step next_step();
  std::uint32_t next() { return current().value_or(0) + 1; }

  // The next slot's request, for a key made here; the same key when one was made before.
  Result<std::string> request(const std::string& device, const crypto::PublicKey& sealing);
  // Refuses one that is not for the next slot's key, or for another device.
  Result<void> take(const std::string& certificate, const std::string& device);
  // It worked: from now on it is the one in use, and the one before is destroyed.
  Result<void> promote();
  // It does not work, or is of no use any more.
  Result<void> drop_next();
  // At every start: what a power cut left of slots that are not in use any more goes.
  Result<void> tidy();

 private:
  Result<void> destroy(std::uint32_t slot);

  Files& files_;
  std::string folder_, passphrase_;
};

// When to begin with the next: at 2/3 of its life, earlier or later by up to a twelfth, always the same for one
// certificate. share: 0 to 1, this device's own.
UtcTime renewal_time(const CertificateFacts& certificate, double share);

}  // namespace vitald
