#pragma once

// A failed CHECK shows a Decimal's digits and precision.

#include <catch2/catch.hpp>

#include "platform/model/decimal.hpp"

namespace Catch {
template <>
struct StringMaker<vitald::Decimal> {
  static std::string convert(const vitald::Decimal& decimal) {
    if (!decimal.is_number()) return decimal.text();
    return std::to_string(decimal.mantissa()) + "e" + std::to_string(decimal.exponent());
  }
};
}  // namespace Catch
