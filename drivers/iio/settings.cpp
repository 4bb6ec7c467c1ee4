#include <algorithm>

#include "drivers/iio/iio_driver.hpp"

namespace vitald {
namespace iio {

using namespace std::chrono_literals;

void ListedChannel::declare(config::Declaration& d) {
  d.text("channel", channel, "The channel as sysfs names it, without its ending: in_temp_object, in_accel_x.");
  d.required("channel");
  d.rule(channel.empty() || (channel.starts_with("in_") && channel.find('/') == std::string::npos),
         "channel: begins with in_");
  d.text("metric", metric, "What it measures, of the catalogue.");
  d.required("metric");
  d.rule(metric.empty() || find_metric(metric) != nullptr, "metric: the catalogue has none of that name");
}

void Settings::declare(config::Declaration& d) {
  d.text("name", name, "The device's name: `cat /sys/bus/iio/devices/*/name`.");
  d.text("label", label, "Or its label, where two have one name.");
  d.rule(name.empty() != label.empty(), "name or label, one of them, must say which device it is");
  d.boolean("buffered", buffered,
            "Read the device's buffer, as waveforms, instead of asking each channel now and then.");
  d.duration("interval_s", interval, {1ms, 24h}, "Between two looks, when it is not buffered.");
  d.number("rate_hz", buffer.rate_hz, {0, 100'000}, "Samples a second of the buffer; 0 = as the device is set.");
  d.text("trigger", buffer.trigger, "The buffer's trigger by name; \"\" = as it is.");
  d.integer("length", buffer.length, {2, 65'536}, "Samples that the kernel's buffer holds.");
  d.duration("silent_after_s", silent_after, {1s, 24h * 31}, "A longer silence becomes a loss record.");
  d.list("channels", channels, "What is read.");
  d.required("channels");
  const bool once = std::ranges::all_of(channels, [&](const auto& one) {
    return std::ranges::count(channels, one.metric, &ChannelSettings::metric) == 1 &&
           std::ranges::count(channels, one.channel, &ChannelSettings::channel) == 1;
  });
  d.rule(once, "channels: each channel and each metric once");
  d.text("sysfs", sysfs, "Where the kernel shows IIO devices.");
  d.text("dev", dev, "Where their device files are.");
}

Result<std::unique_ptr<Driver>> Settings::create(const std::string& id, const DriverContext& context) const {
  return std::unique_ptr<Driver>(std::make_unique<IioDriver>(id, *this, context));
}

}  // namespace iio

std::unique_ptr<DriverSettings> iio_settings() { return std::make_unique<iio::Settings>(); }

}  // namespace vitald
