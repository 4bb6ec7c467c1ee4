#pragma once

// The device's key, as it lies in the state directory: wrapped where the service manager hands a wrapping key in
// (systemd's LoadCredentialEncrypted=vitald.wrapping-key), else a plain file that only its owner may read.

#include <optional>
#include <string>

#include "agent/settings.hpp"
#include "platform/crypto/keys.hpp"
#include "platform/crypto/wrapping.hpp"

namespace vitald {

// Nothing: none was handed in.
Result<std::optional<crypto::WrappingKey>> wrapping_key();

// A plain one is wrapped from now on, where there is a wrapping key.
Result<crypto::KeyPair> device_key(const Settings& settings);

// The same as the device's key; the new file is as safe as this process can make it.
Result<void> write_device_key(const Settings& settings, const crypto::PrivateKey& key);

// Of the TLS keys that enrolment makes: "" = they are in the clear, as there is no wrapping key.
std::string tls_passphrase();

// "wrapped", or "plain files": for the status.
std::string key_storage(const Settings& settings);

}  // namespace vitald
