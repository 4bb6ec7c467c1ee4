#pragma once

// What the settings say of keys and sealing, as the outbox and the uplink want it.

#include "agent/settings.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "sync/outbox/outbox.hpp"
#include "sync/uplink/uploader.hpp"

namespace vitald {

// The device's key pair and the recipient's public key, from their files.
Result<UplinkKeys> read_keys(const Settings& settings);
// With the seal that the settings name; none is logged.
OutboxSettings outbox_settings(const Settings& settings, const BootId& boot, const UplinkKeys& keys);

}  // namespace vitald
