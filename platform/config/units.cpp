#include "platform/config/units.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <stdexcept>

namespace vitald::config {

const Unit& unit_of(std::string_view key) {
  using namespace std::chrono_literals;
  static constexpr Unit kUnits[] = {{"_us", "us", 1us},    {"_ms", "ms", 1ms}, {"_s", "s", 1s},
                                    {"_min", "min", 1min}, {"_h", "h", 1h},    {"_d", "d", 24h}};
  const auto unit = std::ranges::find_if(kUnits, [&](const Unit& u) { return key.ends_with(u.suffix); });
  if (unit == std::end(kUnits)) throw std::logic_error("duration without a unit in its key: " + std::string(key));
  return *unit;
}

std::string text(double number) {
  char digits[32];
  const auto end = std::to_chars(digits, std::end(digits), number).ptr;
  return {digits, end};
}

std::string in_unit(std::chrono::microseconds span, const Unit& unit) {
  if (span % unit.length == std::chrono::microseconds(0)) return std::to_string(span / unit.length);
  return text(static_cast<double>(span.count()) / static_cast<double>(unit.length.count()));
}

}  // namespace vitald::config
