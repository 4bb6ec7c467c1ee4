#pragma once

// The settings of the simulated residents.

#include <string>
#include <vector>

#include "drivers/driver.hpp"
#include "drivers/simulated/ward.hpp"

namespace vitald {

struct SceneSettings {
  std::chrono::seconds at{0}, length{60};
  std::uint32_t resident = 1;
  std::string scene = "sensor_off";
  std::string sensor = "all";

  void declare(config::Declaration& d);
  Scene scripted() const;
};

class SimulatedSettings : public DriverSettings {
 public:
  void declare(config::Declaration& d) override;
  Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const override;
  // The residents and their sensors alone, without the driver around them.
  Result<std::unique_ptr<Ward>> ward(const std::string& id) const;

  std::uint32_t residents = 1;
  std::uint64_t seed = 1;
  std::uint32_t ecg_hz = 250, pleth_hz = 50;
  std::uint32_t speed = 1;
  std::chrono::seconds blood_pressure{30 * 60}, glucose{240 * 60};
  std::vector<SceneSettings> scenes;

 private:
  Script script(std::uint32_t resident) const;
};

}  // namespace vitald
