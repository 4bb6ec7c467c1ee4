#pragma once

// What a systemd service tells its manager (sd_notify's protocol: a datagram to $NOTIFY_SOCKET). Without one: nothing
// happens.

#include <optional>
#include <string>
#include <string_view>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"

namespace vitald {

// "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=...".
void notify_service_manager(std::string_view state);

// What it handed in under that name (LoadCredential=, LoadCredentialEncrypted=); nothing when it did not.
Result<std::optional<std::string>> credential(const std::string& name);

// How often the manager wants to hear WATCHDOG=1 ($WATCHDOG_USEC); none when it does not.
std::optional<Microseconds> watchdog_interval();

}  // namespace vitald
