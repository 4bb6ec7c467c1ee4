#include "platform/model/decimal.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace vitald {
namespace {

constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                              1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};

struct Digits {
  std::int64_t mantissa = 0;
  int fraction = 0;  // digits after the point
  std::size_t used = 0;
  bool any = false;
  bool overflow = false;
};

Digits read_digits(std::string_view text, bool negative) {
  Digits d;
  bool after_point = false;
  for (char c : text) {
    if (c == '.' && !after_point) {
      after_point = true;
    } else if (c >= '0' && c <= '9') {
      d.any = true;
      const std::int64_t digit = negative ? -(c - '0') : c - '0';
      d.overflow |= __builtin_mul_overflow(d.mantissa, 10, &d.mantissa);
      d.overflow |= __builtin_add_overflow(d.mantissa, digit, &d.mantissa);
      d.fraction += after_point;
    } else {
      break;
    }
    ++d.used;
  }
  return d;
}

// The power of ten behind "e" or "E"; 0 when there is none.
Result<int> read_exponent(std::string_view text) {
  if (text.empty()) return 0;
  const Error wrong(Code::invalid, "not a number");
  if (text[0] != 'e' && text[0] != 'E') return wrong;
  text.remove_prefix(1);
  if (text.starts_with("+-")) return wrong;
  if (text.starts_with('+')) text.remove_prefix(1);
  int exponent = 0;
  const auto [end, errc] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (errc != std::errc() || end != text.data() + text.size() || exponent < -1000 || exponent > 1000) return wrong;
  return exponent;
}

}  // namespace

std::string_view name(Special special) {
  constexpr std::string_view kNames[] = {
      "none", "not_a_number", "not_at_resolution", "positive_infinity", "negative_infinity", "reserved"};
  return kNames[static_cast<int>(special)];
}

Result<Decimal> Decimal::parse(std::string_view text) {
  const std::string quoted = "'" + std::string(text.substr(0, 40)) + "'";
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  const Digits digits = read_digits(text, negative);
  const auto power = read_exponent(text.substr(digits.used));
  if (!digits.any || !power) return Error(Code::invalid, quoted + " is not a number");
  const int exponent = *power - digits.fraction;
  if (digits.overflow || exponent < kMinExponent || exponent > kMaxExponent)
    return Error(Code::invalid, quoted + " has more digits than can be kept");
  return Decimal(digits.mantissa, exponent);
}

Decimal Decimal::nearest(double value, int exponent) {
  const double power = kPowers[std::abs(exponent)];
  const double scaled = std::round(exponent < 0 ? value * power : value / power);
  // 2^63 as a double: every |scaled| below it fits.
  if (!(std::abs(scaled) < 9223372036854775808.0)) return Special::not_a_number;
  return {static_cast<std::int64_t>(scaled), exponent};
}

double Decimal::value() const {
  if (!is_number()) return std::numeric_limits<double>::quiet_NaN();
  const auto mantissa = static_cast<double>(mantissa_);
  return exponent_ < 0 ? mantissa / kPowers[-exponent()] : mantissa * kPowers[exponent()];
}

std::string Decimal::text() const {
  if (!is_number()) return std::string(name(special_));
  std::string digits = std::to_string(mantissa_);
  if (exponent_ >= 0) return mantissa_ == 0 ? digits : digits + std::string(static_cast<std::size_t>(exponent_), '0');
  const std::size_t sign = mantissa_ < 0 ? 1 : 0;
  const auto fraction = static_cast<std::size_t>(-exponent_);
  if (digits.size() - sign <= fraction) digits.insert(sign, fraction + 1 - (digits.size() - sign), '0');
  digits.insert(digits.size() - fraction, 1, '.');
  return digits;
}

}  // namespace vitald
