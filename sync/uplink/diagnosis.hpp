#pragma once

// Why an endpoint cannot be connected to. Paho says "failure": after one, this tries TCP and TLS by itself, as Paho
// would, and names the reason in a sentence that a person can act on.

#include <optional>

#include "platform/model/result.hpp"
#include "sync/uplink/resolver.hpp"
#include "sync/uplink/session.hpp"

namespace vitald {

// Nothing when TCP and TLS are fine: the reason lies in MQTT.
asio::awaitable<std::optional<Error>> diagnose(const Endpoint& endpoint, const Addresses& addresses, BootTime until);

}  // namespace vitald
