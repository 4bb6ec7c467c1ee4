#pragma once

// Text that a sensor sent, made safe to write down.

#include <string>
#include <string_view>

#include "drivers/gatt/packet.hpp"

namespace vitald {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Well-formed UTF-8: each octet that belongs to none is replaced, zeros at the end are taken away.
std::string as_utf8(Bytes octets);

}  // namespace vitald
