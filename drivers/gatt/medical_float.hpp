#pragma once

// The floats of IEEE 11073-20601: mantissa and exponent, both two's complement, little-endian on air. The exponent is
// the precision, so 0xF014 is 2.0 and not 2.

#include <cstdint>

#include "platform/model/decimal.hpp"

namespace vitald {

// 16 bits: exponent in the upper 4, mantissa in the lower 12.
Decimal sfloat(std::uint16_t bits);

// 32 bits: exponent in the upper 8, mantissa in the lower 24. A number that a Decimal cannot keep exactly (an exponent
// beyond +-18 that the mantissa cannot make up for) is not_at_resolution.
Decimal medical_float(std::uint32_t bits);

struct MedicalFloatParts {
  std::int32_t mantissa;
  std::int32_t exponent;
};
MedicalFloatParts sfloat_parts(std::uint16_t bits);
MedicalFloatParts medical_float_parts(std::uint32_t bits);

}  // namespace vitald
