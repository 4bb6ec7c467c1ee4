#include "drivers/gatt/units.hpp"

#include <cstdlib>

namespace vitald {
namespace {

Decimal checked(bool overflow, std::int64_t mantissa, int exponent) {
  const bool fits = !overflow && Decimal::kMinExponent <= exponent && exponent <= Decimal::kMaxExponent;
  return fits ? Decimal(mantissa, exponent) : Decimal(Special::not_at_resolution);
}

// Half away from zero; the remainder is looked at instead of adding a half, which could overflow.
std::int64_t divided(std::int64_t value, std::int64_t by) {
  const std::int64_t rest = value % by;
  const std::int64_t away = 2 * std::abs(rest) >= by ? 1 : 0;
  return value / by + (value < 0 ? -away : away);
}

// value x multiplier / divisor, two places finer.
Decimal ratio(const Decimal& value, std::int64_t multiplier, std::int64_t divisor) {
  const Decimal product = times(value, 100 * multiplier, -2);
  return product.is_number() ? Decimal(divided(product.mantissa(), divisor), product.exponent()) : product;
}

// The same number with an exponent of 0 or less.
Decimal without_positive_exponent(const Decimal& value) {
  std::int64_t mantissa = value.mantissa();
  bool overflow = false;
  for (int i = 0; i < value.exponent(); ++i) overflow |= __builtin_mul_overflow(mantissa, 10, &mantissa);
  return checked(overflow, mantissa, value.exponent() < 0 ? value.exponent() : 0);
}

Decimal minus(const Decimal& value, std::int64_t number) {
  bool overflow = false;
  for (int i = 0; i < -value.exponent(); ++i) overflow |= __builtin_mul_overflow(number, 10, &number);
  std::int64_t difference = 0;
  overflow |= __builtin_sub_overflow(value.mantissa(), number, &difference);
  return checked(overflow, difference, value.exponent());
}

}  // namespace

Decimal times(const Decimal& value, std::int64_t factor, int exponent) {
  if (!value.is_number()) return value;
  std::int64_t mantissa = 0;
  const bool overflow = __builtin_mul_overflow(value.mantissa(), factor, &mantissa);
  return checked(overflow, mantissa, value.exponent() + exponent);
}

Decimal mmhg_from_kpa(const Decimal& kpa) { return ratio(kpa, 1'000'000'000'000, 133'322'387'415); }

Decimal celsius_from_fahrenheit(const Decimal& f) {
  if (!f.is_number()) return f;
  const Decimal plain = without_positive_exponent(f);
  if (!plain.is_number()) return plain;
  const Decimal above_freezing = minus(plain, 32);
  return ratio(above_freezing, 5, 9);
}

Decimal kcal_from_kj(const Decimal& kj) { return ratio(kj, 1000, 4184); }

Decimal kg_from_lb(const Decimal& lb) { return times(lb, 45359237, -8); }

}  // namespace vitald
