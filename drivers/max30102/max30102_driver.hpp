#pragma once

// Red and infrared light of a MAX30102 as two waveforms, through i2c-dev. The worked example of a chip without a kernel
// driver.

#include <functional>

#include "drivers/driver.hpp"
#include "drivers/max30102/chip.hpp"
#include "platform/linux/strand_thread.hpp"
#include "platform/model/sample_grid.hpp"

namespace vitald::max30102 {

class Settings : public DriverSettings {
 public:
  void declare(config::Declaration& d) override;
  Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const override;

  std::string bus = "/dev/i2c-1", rate_hz = "100";
  double led_ma = 6.2;
  std::uint32_t finger_counts = 10'000;
};

using OpenChip = std::function<Result<std::unique_ptr<I2cChip>>()>;

class Max30102Driver : public Driver {
 public:
  Max30102Driver(const std::string& id, const Settings& settings, DriverContext context, OpenChip open);

  std::vector<const Sensor*> sensors() const override { return {&red_, &infrared_}; }
  // Returns an error when the chip does not answer several times in a row.
  asio::awaitable<Result<void>> run(ReadingSink& sink) override;

 private:
  asio::awaitable<Result<void>> read(Chip& chip, ReadingSink& sink);
  void record(const Fifo& fifo, SampleGrid& grid, ReadingSink& sink) const;

  Settings settings_;
  DriverContext context_;
  OpenChip open_;
  Sensor red_, infrared_;
  RateMilliHz rate_;
  StrandThread bus_;
};

}  // namespace vitald::max30102
