#include "drivers/iio/buffer.hpp"

#include <algorithm>
#include <cmath>

#include "platform/linux/sysfs.hpp"

namespace vitald::iio {
namespace {

using namespace std::chrono_literals;

constexpr Microseconds kUnstamped = 500ms;  // of an arrival: the reader may have been held up so long
const std::string kTimestamp = "in_timestamp";

struct Element {
  std::uint64_t index = 0;
  ScanType type;
  std::size_t channel = 0;
};

Result<Element> switch_on(const std::string& folder, const std::string& name, std::size_t channel) {
  const std::string file = folder + "/scan_elements/" + name;
  if (const Result<void> on = write_attribute(file + "_en", "1"); !on) return on.error();
  const Result<Decimal> index = read_number(file + "_index");
  const Result<std::string> text = read_attribute(file + "_type");
  if (!index) return index.error();
  if (!text) return text.error();
  const Result<ScanType> type = parse_scan_type(*text);
  if (!type) return type.error().in(file);
  return Element{static_cast<std::uint64_t>(index->mantissa()), *type, channel};
}

// The rate belongs to the device, to a kind of channel, or to the trigger.
std::string rate_file(const std::string& folder) {
  if (has_attribute(folder + "/sampling_frequency")) return folder + "/sampling_frequency";
  for (const std::string& name : entries(folder, "in_"))
    if (name.ends_with("_sampling_frequency")) return folder + "/" + name;
  return "";
}

Result<RateMilliHz> set_rate(const std::string& folder, double wanted) {
  const std::string file = rate_file(folder);
  if (file.empty() && wanted > 0) return static_cast<RateMilliHz>(std::lround(wanted * 1000));
  if (file.empty()) return Error(Code::invalid, "its trigger decides the rate: rate_hz must say it");
  if (wanted > 0) {
    const auto set = write_attribute(file, Decimal::nearest(wanted, -3).text());
    if (!set) return set.error();
  }
  const Result<Decimal> rate = read_number(file);
  if (!rate) return rate.error();
  const auto milli = std::llround(rate->value() * 1000);
  if (milli <= 0 || milli > INT32_MAX) return Error(Code::invalid, file + ": no rate");
  return static_cast<RateMilliHz>(milli);
}

// Whether frames carry a time that is ours.
bool stamp(const std::string& folder) {
  return has_attribute(folder + "/scan_elements/" + kTimestamp + "_en") &&
         write_attribute(folder + "/current_timestamp_clock", "boottime").ok();
}

Result<std::vector<Element>> elements_of(const std::string& folder, const std::vector<Channel>& channels,
                                         bool stamped) {
  std::vector<Element> elements;
  for (const std::string& name : entries(folder + "/scan_elements", ""))
    if (name.ends_with("_en"))
      if (const Result<void> off = write_attribute(folder + "/scan_elements/" + name, "0"); !off) return off.error();
  for (std::size_t i = 0; i <= channels.size(); ++i) {
    if (i == channels.size() && !stamped) break;
    const Result<Element> element = switch_on(folder, i < channels.size() ? channels[i].name() : kTimestamp, i);
    if (!element) return element.error();
    elements.push_back(*element);
  }
  std::ranges::sort(elements, {}, &Element::index);
  return elements;
}

}  // namespace

Result<Buffer> Buffer::start(const std::string& folder, std::vector<Channel> channels, const BufferSettings& settings) {
  stop(folder);
  if (!settings.trigger.empty())
    if (const Result<void> set = write_attribute(folder + "/trigger/current_trigger", settings.trigger); !set)
      return set.error();
  const Result<RateMilliHz> rate = set_rate(folder, settings.rate_hz);
  if (!rate) return rate.error();
  const bool stamped = stamp(folder);
  const Result<std::vector<Element>> elements = elements_of(folder, channels, stamped);
  if (!elements) return elements.error();
  std::vector<ScanType> types;
  std::vector<std::size_t> order(elements->size());
  for (std::size_t i = 0; i < elements->size(); ++i) {
    types.push_back((*elements)[i].type);
    order[(*elements)[i].channel] = i;
  }
  const std::uint32_t watermark = std::clamp(*rate / 10'000, 1U, settings.length / 2);  // about ten times a second
  if (const Result<void> set = write_attribute(folder + "/buffer/length", std::to_string(settings.length)); !set)
    return set.error();
  (void)write_attribute(folder + "/buffer/watermark", std::to_string(watermark));  // older kernels have none
  if (const Result<void> on = write_attribute(folder + "/buffer/enable", "1"); !on) return on.error();
  return Buffer(std::move(channels), mount_matrix(folder), FrameLayout(types), order, stamped, *rate);
}

void Buffer::stop(const std::string& folder) { (void)write_attribute(folder + "/buffer/enable", "0"); }

Buffer::Buffer(std::vector<Channel> channels, MountMatrix matrix, FrameLayout layout, std::vector<std::size_t> order,
               bool stamped, RateMilliHz rate)
    : channels_(std::move(channels)),
      matrix_(matrix),
      layout_(std::move(layout)),
      order_(std::move(order)),
      stamped_(stamped),
      rate_(rate),
      grid_(rate, stamped ? Microseconds(0) : kUnstamped) {}

void Buffer::take(std::span<const std::uint8_t> bytes, BootTime now, std::vector<Sample>& samples) {
  rest_.insert(rest_.end(), bytes.begin(), bytes.end());
  const std::size_t frames = rest_.size() / layout_.size();
  const std::span<const std::uint8_t> all(rest_);
  for (std::size_t i = 0; i < frames; ++i) {
    const BootTime arrived = now - grid_.period() * static_cast<std::int64_t>(frames - 1 - i);
    samples.push_back(sample_of(all.subspan(i * layout_.size(), layout_.size()), arrived));
  }
  rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(frames * layout_.size()));
}

Sample Buffer::sample_of(std::span<const std::uint8_t> frame, BootTime arrived) {
  layout_.decode(frame, values_);
  Sample sample;
  const BootTime measured = stamped_ ? boot_time(values_[order_[channels_.size()]] / 1000) : arrived;
  sample.time = grid_.next(measured);
  for (std::size_t i = 0; i < channels_.size(); ++i) sample.values.push_back(channels_[i].value(values_[order_[i]]));
  apply_mount(matrix_, channels_, sample.values);
  return sample;
}

}  // namespace vitald::iio
