#pragma once

// The settings of the Bluetooth driver.

#include <optional>
#include <string>
#include <vector>

#include "drivers/bthome/bthome.hpp"
#include "drivers/driver.hpp"

namespace vitald::ble {

struct SensorSettings {
  std::string id, address, model, key;
  std::chrono::milliseconds silent_after{0};

  void declare(config::Declaration& d);
  std::optional<BthomeKey> bthome_key() const;
};

class BleSettings : public DriverSettings {
 public:
  void declare(config::Declaration& d) override;
  Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const override;

  // nullptr when the device is not listed.
  const SensorSettings* find(std::string_view address) const;

  std::string adapter, bus;
  std::string unbonded = "listed";
  std::string set_clock = "synchronised";
  std::chrono::milliseconds scan{10'000}, listen{30'000}, quiet{2'000}, answer{15'000}, retry{2'000};
  std::vector<SensorSettings> sensors;
};

}  // namespace vitald::ble
