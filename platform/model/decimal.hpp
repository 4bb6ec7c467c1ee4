#pragma once

// A measured value as its sensor gave it: mantissa x 10^exponent, so 36.60 stays 36.60 and an SFLOAT keeps its
// precision. The special values of IEEE 11073 (NaN, NRes, infinities, reserved) are states, never numbers: number() is
// false and no arithmetic sees them.

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/model/result.hpp"

namespace vitald {

// The numbers are part of the wire contract (sync/batch/telemetry.proto).
enum class Special : std::uint8_t {
  none = 0,
  not_a_number = 1,
  not_at_resolution = 2,
  positive_infinity = 3,
  negative_infinity = 4,
  reserved = 5,
};

std::string_view name(Special special);

class Decimal {
 public:
  static constexpr int kMinExponent = -18;
  static constexpr int kMaxExponent = 18;

  constexpr Decimal() = default;
  // exponent outside kMinExponent..kMaxExponent is a programming error; decoders check before.
  constexpr Decimal(std::int64_t mantissa, int exponent = 0)
      : mantissa_(mantissa), exponent_(static_cast<std::int8_t>(exponent)) {}
  constexpr Decimal(Special special) : special_(special) {}

  // "36.60" -> 3660 x 10^-2; "1.5e3"; "NaN" and the like are refused: text that is not a number is an error.
  static Result<Decimal> parse(std::string_view text);
  // Nearest value at that exponent (sensors that compute in floating point); not finite -> not_a_number.
  static Decimal nearest(double value, int exponent);

  constexpr bool is_number() const { return special_ == Special::none; }
  constexpr Special special() const { return special_; }
  constexpr std::int64_t mantissa() const { return mantissa_; }
  constexpr int exponent() const { return exponent_; }

  // Nearest double; quiet NaN for every special value.
  double value() const;
  // Exact: "36.60", "1500", "1.5E+20" never: positive exponents are written out. Special values: their name.
  std::string text() const;

  friend constexpr bool operator==(const Decimal&, const Decimal&) = default;  // same digits, same precision

 private:
  std::int64_t mantissa_ = 0;
  std::int8_t exponent_ = 0;
  Special special_ = Special::none;
};

}  // namespace vitald
