#include "tests/unit/drivers/gatt/encoder.hpp"

#include <stdexcept>
#include <string>

namespace vitald {
namespace {

// Where the format has its special values, counted from its most negative mantissa.
std::int64_t special_mantissa(Special special, std::int64_t least) {
  switch (special) {
    case Special::not_a_number:
      return -least - 1;
    case Special::positive_infinity:
      return -least - 2;
    case Special::not_at_resolution:
      return least;
    case Special::reserved:
      return least + 1;
    default:
      return least + 2;
  }
}

std::uint32_t float_bits(const Decimal& value, unsigned mantissa_bits, unsigned exponent_bits) {
  const std::int64_t least = -(std::int64_t{1} << (mantissa_bits - 1));
  const std::int64_t mantissa = value.is_number() ? value.mantissa() : special_mantissa(value.special(), least);
  const int exponent = value.is_number() ? value.exponent() : 0;
  if (mantissa < least || mantissa > -least - 1) throw std::invalid_argument("mantissa does not fit");
  const auto low = static_cast<std::uint32_t>(mantissa) & ((1u << mantissa_bits) - 1);
  const auto high = static_cast<std::uint32_t>(exponent) & ((1u << exponent_bits) - 1);
  return high << mantissa_bits | low;
}

}  // namespace

Encoder& Encoder::number(std::uint64_t value, unsigned octets) {
  for (unsigned i = 0; i < octets; ++i) octets_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  return *this;
}

Encoder& Encoder::sfloat(const Decimal& value) { return u16(float_bits(value, 12, 4)); }

Encoder& Encoder::medical_float(const Decimal& value) { return u32(float_bits(value, 24, 8)); }

Encoder& Encoder::date_time(const DateTime& d) {
  return u16(d.year).u8(d.month).u8(d.day).u8(d.hours).u8(d.minutes).u8(d.seconds);
}

Encoder& Encoder::text(std::string_view value) {
  octets_.insert(octets_.end(), value.begin(), value.end());
  return *this;
}

// Bit by bit over the polynomial, not reflected: the slow way, so that it is not the product's.
Encoder& Encoder::crc() {
  unsigned crc = 0xFFFF;
  for (const std::uint8_t octet : octets_)
    for (unsigned i = 0; i < 8; ++i) {
      const unsigned in = octet >> i & 1;
      const unsigned top = crc >> 15 & 1;
      crc = (crc << 1 & 0xFFFF) ^ (top != in ? 0x1021u : 0u);
    }
  unsigned reflected = 0;
  for (unsigned i = 0; i < 16; ++i) reflected |= (crc >> i & 1) << (15 - i);
  return u16(reflected);
}

std::vector<std::uint8_t> from_hex(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c != ' ') digits += c;
  std::vector<std::uint8_t> octets;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    octets.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return octets;
}

}  // namespace vitald
