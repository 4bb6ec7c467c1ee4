#pragma once

// Hands over what a ward measures: waveforms and vitals in a few blocks a second, meters' records one by one.

#include "drivers/driver.hpp"
#include "drivers/simulated/ward.hpp"
#include "platform/linux/condition.hpp"

namespace vitald {

class SimulatedDriver : public Driver {
 public:
  SimulatedDriver(std::unique_ptr<Ward> ward, DriverContext context);

  std::vector<const Sensor*> sensors() const override { return ward_->sensors(); }
  // Run again after an error it goes on where it was, and hands over first what was not committed.
  asio::awaitable<Result<void>> run(ReadingSink& sink) override;

 private:
  Result<void> restore_meters(const ReadingSink& sink);
  asio::awaitable<Result<void>> commit_records(ReadingSink& sink);
  asio::awaitable<void> record_blocks(ReadingSink& sink);

  std::unique_ptr<Ward> ward_;
  Now now_;
  Measured measured_;  // not yet handed over
  Condition measured_more_;
  bool restored_ = false;
};

}  // namespace vitald
