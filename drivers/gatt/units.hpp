#pragma once

// From a packet's units to the catalogue's, in decimal. Where the factor is a decimal number the result is exact. Where
// it is not (kPa, Fahrenheit, kJ to kcal) the result is rounded, half away from zero, two decimal places finer than the
// packet's own: far below what the sensor resolves, and the value as sent stays in the packet's fields. Special values
// stay what they are.

#include <cstdint>

#include "platform/model/decimal.hpp"

namespace vitald {

// value x factor x 10^exponent, exact; not_at_resolution when that is more than a Decimal keeps.
Decimal times(const Decimal& value, std::int64_t factor, int exponent = 0);

Decimal mmhg_from_kpa(const Decimal& kpa);          // 1 mm[Hg] = 133.322387415 Pa
Decimal celsius_from_fahrenheit(const Decimal& f);  // (f - 32) x 5 / 9
Decimal kcal_from_kj(const Decimal& kj);            // 1 kcal = 4.184 kJ
Decimal kg_from_lb(const Decimal& lb);              // 1 lb = 0.45359237 kg, exact

}  // namespace vitald
