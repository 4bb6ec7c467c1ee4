#pragma once

// What tests ask of a decoded packet.

#include <string>
#include <string_view>
#include <vector>

#include "drivers/gatt/characteristics.hpp"
#include "tests/support/decimal.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/drivers/gatt/encoder.hpp"

namespace vitald {

// The packet, which must decode.
Packet decoded(std::uint16_t uuid, const std::vector<std::uint8_t>& octets, std::string_view quirk = {});
// The error's sentence; "" when it decodes.
std::string refusal(std::uint16_t uuid, const std::vector<std::uint8_t>& octets, std::string_view quirk = {});

// "metric value unit [quality bits]", in order: "body_weight 70.000 kg", "pulse_rate_cuff not_a_number /min q3".
std::vector<std::string> readings(const Packet& packet);
// "name=value", in order; lists as [a,b], texts as they are.
std::vector<std::string> fields(const Packet& packet);
// The value of one field as fields() writes it; "-" when there is none.
std::string field(const Packet& packet, std::string_view name);

using Texts = std::vector<std::string>;

}  // namespace vitald
