#pragma once

// Bringing a sensor into service: the bond, with a pairing agent of our own. It serves only what Pair() of ours starts:
// nobody can pair with the gateway unasked.

#include <functional>
#include <optional>
#include <string>

#include "drivers/ble/bluez.hpp"

namespace vitald::ble {

// What a person at the gateway can be asked and told.
struct PairingTalk {
  bool has_person = true;  // false: only sensors without a passkey ("just works")
  // The passkey that the sensor shows; nothing = the person gave none.
  std::function<std::optional<std::uint32_t>()> ask_passkey;
  // The passkey to be typed on the sensor.
  std::function<void(std::uint32_t)> show_passkey;
  // Whether the sensor shows the same number.
  std::function<bool(std::uint32_t)> same_number;
};

// device: the path of one that bluetoothd knows. Done as well when it is bonded already.
asio::awaitable<Result<void>> pair(Bluez& bluez, const std::string& device, const PairingTalk& talk);

}  // namespace vitald::ble
