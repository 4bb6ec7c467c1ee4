#pragma once

// The unit that a duration's key names by its suffix. Inside platform/config only.

#include <chrono>
#include <string>
#include <string_view>

namespace vitald::config {

struct Unit {
  std::string_view suffix, name;
  std::chrono::microseconds length;
};

// A key without such a suffix is a programming error: it throws std::logic_error.
const Unit& unit_of(std::string_view key);

// A span in that unit, as short as it is exact: "0.5".
std::string in_unit(std::chrono::microseconds span, const Unit& unit);

// The shortest text that reads back as the same number.
std::string text(double number);

}  // namespace vitald::config
