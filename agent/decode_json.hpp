#pragma once

// Packets as the JSON that `vitald decode` prints, and the hexadecimal that it reads.

#include <nlohmann/json.hpp>

#include "drivers/gatt/packet.hpp"

namespace vitald {

using Json = nlohmann::ordered_json;
using Octets = std::vector<std::uint8_t>;

// Octets in hexadecimal; spaces, line ends, colons, dashes and a leading "0x" are ignored.
Result<Octets> from_hex(std::string_view text);

Json json_of(const Fields& fields);
Json json_of(const Value& reading);
// With the keys readings, fields, device_time, and record_number and user where there are some.
Json json_of(const Packet& packet);

// On one line; what is not UTF-8 is replaced.
std::string text_of(const Json& json);

}  // namespace vitald
