#pragma once

// What an acceleration's numbers mean: their unit, and which way is up.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/analyse/signals.hpp"
#include "drivers/derived/fall/fall_detector.hpp"

namespace vitald {

// The names that the three axes usually have.
std::vector<std::vector<std::string_view>> acceleration_names();

// unit: "g", "m/s2", "mg", a number of steps to a g; "auto": whichever makes the median size about 1 g, else
// that size itself, with a warning: who wears it feels gravity most of the time.
Result<double> steps_per_g(const std::string& unit, Signals& signals);

// "x" to "-z"; nothing for "auto".
Result<std::optional<Vector3>> up_direction(const std::string& up);

}  // namespace vitald
