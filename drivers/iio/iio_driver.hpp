#pragma once

// One device of the kernel's IIO subsystem, found by its name; polled, or through its buffer.

#include "drivers/driver.hpp"
#include "drivers/iio/buffer.hpp"
#include "platform/linux/strand_thread.hpp"

namespace vitald::iio {

struct ListedChannel : ChannelSettings {
  void declare(config::Declaration& d);
};

class Settings : public DriverSettings {
 public:
  void declare(config::Declaration& d) override;
  Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const override;

  std::string name, label;
  bool buffered = false;
  std::chrono::milliseconds interval{10'000};
  BufferSettings buffer;
  std::chrono::milliseconds silent_after{60'000};
  std::vector<ListedChannel> channels;
  std::string sysfs = "/sys/bus/iio/devices", dev = "/dev";
};

class IioDriver : public Driver {
 public:
  IioDriver(const std::string& id, const Settings& settings, DriverContext context);

  std::vector<const Sensor*> sensors() const override { return {&sensor_}; }
  // Never returns: a device that is away is waited for.
  asio::awaitable<Result<void>> run(ReadingSink& sink) override;

 private:
  asio::awaitable<Result<void>> read_device(ReadingSink& sink);
  std::string find() const;
  Result<std::vector<Channel>> open_channels(const std::string& folder) const;
  asio::awaitable<Result<void>> poll(const std::string& folder, ReadingSink& sink);
  asio::awaitable<Result<void>> stream(const std::string& folder, ReadingSink& sink);
  asio::awaitable<Result<void>> read_buffer(const std::string& file, Buffer& buffer, ReadingSink& sink);
  void record(const Sample& sample, const std::vector<Channel>& channels, RateMilliHz rate,
              std::vector<Reading>& readings) const;

  Settings settings_;
  DriverContext context_;
  Sensor sensor_;
  std::vector<const Metric*> metrics_;  // of the channels
  StrandThread bus_;                    // a chip may stretch its clock
};

}  // namespace vitald::iio
