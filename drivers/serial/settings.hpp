#pragma once

#include "drivers/driver.hpp"
#include "drivers/serial/intake.hpp"
#include "platform/linux/serial_port.hpp"

namespace vitald {

struct SerialSettings : DriverSettings {
  std::string device;
  std::string protocol;
  std::uint32_t baud = 0;
  std::string parity = "auto";
  std::string start;
  std::chrono::milliseconds silent_after{60'000};
  IntakeRules rules;

  void declare(config::Declaration& d) override;
  Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const override;

  SerialLine line() const;
  std::string start_octets() const;  // in hexadecimal
};

}  // namespace vitald
