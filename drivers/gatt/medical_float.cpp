#include "drivers/gatt/medical_float.hpp"

namespace vitald {
namespace {

// The reserved mantissas of both formats, as their distance from the most negative one; only with exponent 0.
Special special(std::int32_t mantissa, std::int32_t least) {
  if (mantissa == -least - 1) return Special::not_a_number;
  if (mantissa == -least - 2) return Special::positive_infinity;
  if (mantissa == least) return Special::not_at_resolution;
  if (mantissa == least + 1) return Special::reserved;
  if (mantissa == least + 2) return Special::negative_infinity;
  return Special::none;
}

// The same number with an exponent that a Decimal has.
Decimal kept(std::int64_t mantissa, int exponent) {
  if (mantissa == 0) return {0, exponent < 0 ? Decimal::kMinExponent : Decimal::kMaxExponent};
  for (; exponent > Decimal::kMaxExponent; --exponent)
    if (__builtin_mul_overflow(mantissa, 10, &mantissa)) return Special::not_at_resolution;
  for (; exponent < Decimal::kMinExponent; ++exponent) {
    if (mantissa % 10 != 0) return Special::not_at_resolution;
    mantissa /= 10;
  }
  return {mantissa, exponent};
}

Decimal number(MedicalFloatParts parts, std::int32_t least) {
  if (parts.exponent == 0)
    if (const Special state = special(parts.mantissa, least); state != Special::none) return state;
  const bool fits = Decimal::kMinExponent <= parts.exponent && parts.exponent <= Decimal::kMaxExponent;
  return fits ? Decimal(parts.mantissa, parts.exponent) : kept(parts.mantissa, parts.exponent);
}

}  // namespace

MedicalFloatParts sfloat_parts(std::uint16_t bits) {
  const auto shifted = static_cast<std::int16_t>(static_cast<std::uint16_t>(bits << 4));
  return {shifted >> 4, static_cast<std::int16_t>(bits) >> 12};
}

MedicalFloatParts medical_float_parts(std::uint32_t bits) {
  return {static_cast<std::int32_t>(bits << 8) >> 8, static_cast<std::int32_t>(bits) >> 24};
}

Decimal sfloat(std::uint16_t bits) { return number(sfloat_parts(bits), -0x800); }

Decimal medical_float(std::uint32_t bits) { return number(medical_float_parts(bits), -0x800000); }

}  // namespace vitald
