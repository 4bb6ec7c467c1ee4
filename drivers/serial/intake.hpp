#pragma once

// From the packets of one sensor to its readings: with a time, and no more of them than wanted.

#include <map>
#include <vector>

#include "drivers/serial/protocol.hpp"

namespace vitald {

struct IntakeRules {
  std::chrono::milliseconds interval{1000};  // shortest between two readings of one metric; not of waveforms
  bool waveforms = true;
};

class Intake {
 public:
  // Both must outlive it and its readings.
  Intake(const Sensor& sensor, const SerialProtocol& protocol, IntakeRules rules)
      : sensor_(sensor), protocol_(protocol), rules_(rules) {}

  void add(const Packet& packet, BootTime now);
  // What the packets since the last call amount to; they arrived by `now`. Valid until the next add().
  std::span<const Reading> take(BootTime now);

 private:
  // Where a waveform's next sample is expected on the boot clock.
  struct Wave {
    BootTime first;
    std::int64_t samples = 0;  // since then
    std::int64_t waiting = 0;  // without a time yet
  };
  struct Last {
    BootTime time;
    Decimal value;
    Quality quality;
  };

  bool is_due(const Value& value, BootTime now) const;
  BootTime next_sample(Wave& wave) const;
  void align(Wave& wave, BootTime now) const;

  const Sensor& sensor_;
  const SerialProtocol& protocol_;
  IntakeRules rules_;
  std::vector<Reading> readings_;
  bool taken_ = false;
  std::map<const Metric*, Wave> waves_;
  std::map<const Metric*, Last> last_;
};

}  // namespace vitald
