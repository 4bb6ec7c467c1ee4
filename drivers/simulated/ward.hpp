#pragma once

// All residents of one driver on one boot clock. No I/O: the same instants give the same readings.

#include <memory>
#include <optional>
#include <vector>

#include "drivers/simulated/bedside.hpp"

namespace vitald {

class Ward {
 public:
  // speed: simulated seconds in a second.
  Ward(std::vector<Bedside> bedsides, std::uint32_t speed);

  std::vector<const Sensor*> sensors() const { return sensors_; }
  std::vector<Meter*> meters();

  // Everything measured since the last call, appended. The first call begins at `now`. After a pause that nobody sat
  // through (a stopped process) it goes on at `now` and leaves a gap.
  void advance(BootTime now, Measured& out);

 private:
  std::vector<Bedside> bedsides_;
  std::vector<const Sensor*> sensors_;
  std::uint32_t speed_;
  std::optional<SimulatedClock> clock_;  // from the first call
  BootTime last_;
};

}  // namespace vitald
