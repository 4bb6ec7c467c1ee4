#include "agent/analyse/acceleration.hpp"

#include <algorithm>
#include <cmath>

#include "drivers/replay/text_fields.hpp"

namespace vitald {
namespace {

constexpr double kGravity = 9.80665;  // m/s2
constexpr double kNear = 0.3;         // of a g that the median may be away from one

double median_size(const Signals& signals) {
  std::vector<double> sizes;
  for (std::size_t i = 0; i < signals.length(); ++i) {
    const double size = std::hypot(signals.samples[0][i], signals.samples[1][i], signals.samples[2][i]);
    if (std::isfinite(size)) sizes.push_back(size);
  }
  if (sizes.empty()) return 0;
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::ranges::nth_element(sizes, middle);
  return *middle;
}

}  // namespace

std::vector<std::vector<std::string_view>> acceleration_names() {
  return {
      {"acceleration_x", "acc_x", "accx", "ax", "accel_x", "x", "acc x", "x-axis", "acc_x [g]", "adxl345_x", "a_x"},
      {"acceleration_y", "acc_y", "accy", "ay", "accel_y", "y", "acc y", "y-axis", "acc_y [g]", "adxl345_y", "a_y"},
      {"acceleration_z", "acc_z", "accz", "az", "accel_z", "z", "acc z", "z-axis", "acc_z [g]", "adxl345_z", "a_z"}};
}

Result<double> steps_per_g(const std::string& unit, Signals& signals) {
  if (unit == "g") return 1.0;
  if (unit == "m/s2") return kGravity;
  if (unit == "mg") return 1000.0;
  if (unit != "auto") {
    const auto steps = number_in<double>(unit);
    if (steps && *steps > 0) return *steps;
    return Error(Code::invalid, "unit " + unit + ": it is auto, g, m/s2, mg or the number of steps to a g");
  }
  const double size = median_size(signals);
  for (const double steps : {1.0, kGravity, 1000.0})
    if (std::abs(size / steps - 1) < kNear) return steps;
  if (size <= 0) return Error(Code::invalid, "the acceleration is zero throughout");
  signals.warnings.push_back("its unit is not known: the usual size, " + std::to_string(size) +
                             ", is taken for 1 g; --unit says better");
  return size;
}

Result<std::optional<Vector3>> up_direction(const std::string& up) {
  if (up == "auto") return std::optional<Vector3>();
  const std::string_view axis = up.starts_with('-') ? std::string_view(up).substr(1) : std::string_view(up);
  const double sign = up.starts_with('-') ? -1 : 1;
  if (axis == "x") return std::optional(Vector3{sign, 0, 0});
  if (axis == "y") return std::optional(Vector3{0, sign, 0});
  if (axis == "z") return std::optional(Vector3{0, 0, sign});
  return Error(Code::invalid, "up " + up + ": it is auto, x, y, z, -x, -y or -z");
}

}  // namespace vitald
