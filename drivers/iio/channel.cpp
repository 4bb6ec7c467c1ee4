#include "drivers/iio/channel.hpp"

#include <algorithm>
#include <cmath>

#include "platform/linux/sysfs.hpp"

namespace vitald::iio {
namespace {

constexpr int kFinest = -9;
const std::string kAxes = "xyz";

// "in_temp_object" -> "in_temp": attributes may be shared by all channels of a kind.
std::string kind_of(const std::string& channel) { return channel.substr(0, channel.find('_', 3)); }

Result<double> attribute(const std::string& folder, const std::string& channel, const std::string& name,
                         double otherwise) {
  for (const std::string& owner : {channel, kind_of(channel)}) {
    const std::string file = folder + "/" + owner + "_" + name;
    if (!has_attribute(file)) continue;
    const Result<Decimal> number = read_number(file);
    return number ? Result<double>(number->value()) : number.error();
  }
  return otherwise;
}

// IIO's units are the SI's, but for these: milli.
double unit_of(const std::string& channel) {
  const std::string kind = kind_of(channel);
  return kind == "in_temp" || kind == "in_humidityrelative" || kind.starts_with("in_voltage") ? 0.001 : 1;
}

bool is_multiple(double value, double unit) {
  const double ratio = value / unit;
  return std::abs(ratio - std::round(ratio)) < 1e-6 * std::max(1.0, std::abs(ratio));
}

}  // namespace

int exponent_for(double step, double start) {
  if (!std::isfinite(step) || step == 0) return 0;
  const int coarsest = std::min(0, static_cast<int>(std::floor(std::log10(std::abs(step)) + 1e-9)));
  for (int exponent = coarsest; exponent >= std::max(coarsest - 2, kFinest); --exponent)
    if (const double unit = std::pow(10.0, exponent); is_multiple(step, unit) && is_multiple(start, unit))
      return exponent;
  return std::max(coarsest - 1, kFinest);
}

Result<Channel> Channel::open(const std::string& folder, const std::string& name) {
  Channel channel;
  channel.folder_ = folder;
  channel.name_ = name;
  channel.processed_ = !has_attribute(folder + "/" + name + "_raw") && has_attribute(folder + "/" + name + "_input");
  const Result<double> scale = attribute(folder, name, "scale", 1), offset = attribute(folder, name, "offset", 0);
  if (!scale) return scale.error();
  if (!offset) return offset.error();
  const double unit = unit_of(name);
  channel.scale_ = channel.processed_ ? unit : *scale * unit;
  channel.offset_ = channel.processed_ ? 0 : *offset;
  channel.exponent_ = exponent_for(channel.scale_, channel.offset_ * channel.scale_);
  return channel;
}

Result<double> Channel::read() const {
  const Result<Decimal> raw = read_number(folder_ + "/" + name_ + (processed_ ? "_input" : "_raw"));
  if (!raw) return raw.error();
  return (raw->value() + offset_) * scale_;
}

std::optional<std::size_t> Channel::axis() const {
  if (!name_.starts_with("in_accel_") || name_.size() != std::string_view("in_accel_x").size()) return {};
  const std::size_t axis = kAxes.find(name_.back());
  return axis == std::string::npos ? std::nullopt : std::optional(axis);
}

Result<MountMatrix> parse_mount_matrix(std::string_view text) {
  MountMatrix matrix{};
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    const std::size_t end = i + 1 == matrix.size() ? text.size() : text.find_first_of(",;");
    if (end == std::string_view::npos) return Error(Code::invalid, "a mount matrix has nine numbers");
    std::string_view number = text.substr(0, end);
    while (number.starts_with(' ')) number.remove_prefix(1);
    while (number.ends_with(' ')) number.remove_suffix(1);
    const Result<Decimal> value = Decimal::parse(number);
    if (!value) return value.error();
    matrix[i] = value->value();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return matrix;
}

MountMatrix mount_matrix(const std::string& folder) {
  for (const char* name : {"in_accel_mount_matrix", "mount_matrix", "in_mount_matrix"}) {
    const Result<std::string> text = read_attribute(folder + "/" + name);
    const Result<MountMatrix> matrix = text ? parse_mount_matrix(*text) : Result<MountMatrix>(text.error());
    if (matrix) return *matrix;
  }
  return {1, 0, 0, 0, 1, 0, 0, 0, 1};
}

std::array<double, 3> mounted(const MountMatrix& m, const std::array<double, 3>& v) {
  return {m[0] * v[0] + m[1] * v[1] + m[2] * v[2], m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
          m[6] * v[0] + m[7] * v[1] + m[8] * v[2]};
}

void apply_mount(const MountMatrix& matrix, const std::vector<Channel>& channels, std::vector<double>& values) {
  std::array<double*, 3> axes{};
  for (std::size_t i = 0; i < channels.size(); ++i)
    if (const auto axis = channels[i].axis()) axes[*axis] = &values[i];
  if (std::ranges::count(axes, nullptr) > 0) return;
  const std::array<double, 3> turned = mounted(matrix, {*axes[0], *axes[1], *axes[2]});
  for (std::size_t i = 0; i < turned.size(); ++i) *axes[i] = turned[i];
}

}  // namespace vitald::iio
