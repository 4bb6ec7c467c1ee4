#pragma once

// Keys of one input device, found by its name wherever it is plugged in, and found again when it returns.

#include "drivers/contact/contact.hpp"
#include "drivers/evdev/key_events.hpp"
#include "platform/linux/device_file.hpp"

namespace vitald::evdev {

struct KeySettings {
  std::string id, metric;
  std::uint16_t code = 0;
  contact::Rules rules{std::chrono::milliseconds(0)};
  void declare(config::Declaration& d);
};

class Settings : public DriverSettings {
 public:
  void declare(config::Declaration& d) override;
  Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const override;

  std::string name, phys;
  bool grab = true;
  std::vector<KeySettings> keys;
  std::string sysfs = "/sys/class/input", dev = "/dev/input";
};

class EvdevDriver : public Driver {
 public:
  EvdevDriver(const std::string& id, const Settings& settings, DriverContext context);

  std::vector<const Sensor*> sensors() const override;
  // Never returns: a device that is away is waited for.
  asio::awaitable<Result<void>> run(ReadingSink& sink) override;

 private:
  struct Key {
    KeySettings settings;
    Sensor sensor;
    const Metric* metric;
    contact::Contact contact;
  };

  std::string find() const;
  asio::awaitable<Result<void>> read(const std::string& event, ReadingSink& sink);
  void take(const Events& events, DeviceFile& device);
  void ask_levels(DeviceFile& device);
  BootTime say(ReadingSink& sink);

  Settings settings_;
  DriverContext context_;
  std::vector<std::unique_ptr<Key>> keys_;
};

}  // namespace vitald::evdev
