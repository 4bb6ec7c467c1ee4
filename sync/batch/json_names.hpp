#pragma once

// The names that the JSON encoding has for quality flags.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "platform/model/reading.hpp"

namespace vitald::json_names {

inline constexpr std::array<std::string_view, 10> kQuality = {
    "questionable", "invalid",     "out_of_range",  "sensor_off", "motion",
    "weak_signal",  "calibrating", "clock_not_set", "test",       "derived"};
static_assert(quality::kAll == (1u << kQuality.size()) - 1, "every quality flag has its name");

// Of the flag with that bit; "bit12" for one of a later version.
inline std::string quality(unsigned bit) {
  return bit < kQuality.size() ? std::string(kQuality[bit]) : "bit" + std::to_string(bit);
}

// Nothing when the name is of no flag.
inline std::optional<Quality> quality(std::string_view name) {
  for (unsigned bit = 0; bit < 16; ++bit)
    if (quality(bit) == name) return static_cast<Quality>(1u << bit);
  return std::nullopt;
}

}  // namespace vitald::json_names
