#pragma once

// What a raw number of an IIO channel means: (raw + offset) x scale, in the metric's unit.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/model/decimal.hpp"
#include "platform/model/result.hpp"

namespace vitald::iio {

struct ChannelSettings {
  std::string channel;  // "in_temp_object", as sysfs names it, without "_raw"
  std::string metric;
};

class Channel {
 public:
  // Reads scale and offset, its own or those of its kind. folder: the device's. Blocks.
  static Result<Channel> open(const std::string& folder, const std::string& name);

  const std::string& name() const { return name_; }
  double value(std::int64_t raw) const { return (static_cast<double>(raw) + offset_) * scale_; }
  // As many digits as the scale has.
  Decimal decimal(double value) const { return Decimal::nearest(value, exponent_); }
  // Asks the sensor. Blocks.
  Result<double> read() const;
  // 0, 1, 2 for an accelerometer's x, y, z.
  std::optional<std::size_t> axis() const;

 private:
  std::string folder_, name_;
  double scale_ = 1, offset_ = 0;
  int exponent_ = 0;
  bool processed_ = false;  // the kernel has applied scale and offset already
};

// The coarsest exponent in which every multiple of `step` from `start` on is exact; one digit more than the step has
// where there is none.
int exponent_for(double step, double start);

using MountMatrix = std::array<double, 9>;  // by rows
// "0, 1, 0; -1, 0, 0; 0, 0, 1": how the chip sits on the board.
Result<MountMatrix> parse_mount_matrix(std::string_view text);
// Of the device folder; the identity when it has none. Blocks.
MountMatrix mount_matrix(const std::string& folder);
std::array<double, 3> mounted(const MountMatrix& matrix, const std::array<double, 3>& measured);
// The same for the three axes among the channels' values, where all three are there.
void apply_mount(const MountMatrix& matrix, const std::vector<Channel>& channels, std::vector<double>& values);

}  // namespace vitald::iio
