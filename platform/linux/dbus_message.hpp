#pragma once

// Values in and out of sdbus-c++'s messages: for dbus.cpp alone.

#include <sdbus-c++/Message.h>
#include <sdbus-c++/Types.h>

#include "platform/linux/dbus_value.hpp"

namespace vitald::dbus {

// All that is left of the message.
Values read_all(sdbus::Message& message);
// Throws std::invalid_argument when the values do not fit the signature.
void write_all(sdbus::Message& message, std::string_view signature, const Values& values);

}  // namespace vitald::dbus
