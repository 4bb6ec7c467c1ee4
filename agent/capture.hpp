#pragma once

// `vitald sensors capture`: what one sensor sends, packet by packet, for bug reports and for tests that replay it.
// docs/devices.md has the format.

#include <string>

#include "drivers/ble/bluez.hpp"

namespace vitald {

// Connects to the device, subscribes to all that is known of health, and writes a line a packet until the span is over
// or the sensor goes. output: a file, "" = standard output. Addresses, names and serial numbers are left out.
asio::awaitable<Result<void>> capture(ble::Bluez& bluez, const std::string& device, const std::string& output,
                                      Microseconds span);

}  // namespace vitald
