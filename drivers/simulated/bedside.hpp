#pragma once

// One resident's sensors: they sample the body at their rates, each by its own habit, and obey the script. No I/O.

#include <array>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "drivers/simulated/meter.hpp"
#include "drivers/simulated/metrics.hpp"
#include "drivers/simulated/resident.hpp"
#include "drivers/simulated/scene.hpp"
#include "drivers/simulated/simulated_clock.hpp"

namespace vitald {

// What the sensors hand over, in order of time within each list.
struct Measured {
  std::vector<Reading> ecg, pleth, singles;
  std::deque<Record> records;  // adding one leaves the others where they are
};

// How often is measured, in simulated time. 0 = never.
struct Cadence {
  std::uint32_t ecg_hz, pleth_hz;
  std::chrono::seconds blood_pressure, glucose;
};

class Bedside {
 public:
  // id: the resident's, "ward-1"; its sensors are "ward-1-ecg" and so on.
  Bedside(const std::string& id, const Cadence& cadence, const SimulatedMetrics& metrics, Resident resident,
          Script script);

  std::array<Sensor, kPartNames.size()>& sensors() { return sensors_; }
  std::array<Meter*, 2> meters() { return {&cuff_, &glucometer_}; }

  // Lives until `elapsed` of simulated time and appends what was measured meanwhile.
  void advance(Microseconds elapsed, const SimulatedClock& clock, Measured& out);
  // Goes on at the next whole second after `elapsed`, as if nobody had been there before.
  void skip(Microseconds elapsed);

 private:
  struct Second;
  Microseconds step_time(std::int64_t step) const;
  void live(const Second& second);
  void sample_ecg(const SimulatedClock& clock, Measured& out);
  void sample_pleth(const SimulatedClock& clock, Measured& out);
  void measure_each_second(const Second& second);
  void measure_slowly(const Second& second);
  void report_events(const Second& second);
  void use_meters(const Second& second);
  void store(Meter& meter, std::vector<Reading> readings, const Second& second);
  void note(const Second& second, Part part, const Metric* metric, double value, int exponent = 0) const;
  void note_change(const Second& second, Part part, const Metric* metric, bool now, std::optional<bool>& told) const;
  Reading reading(Part part, const Metric* metric, BootTime time, Decimal value) const;

  std::array<Sensor, kPartNames.size()> sensors_;
  Cadence cadence_;
  SimulatedMetrics metrics_;
  Resident resident_;
  Script script_;
  Meter cuff_, glucometer_;
  std::uint32_t hz_;  // steps of the body in a second: the ECG's rate, or the default without one
  std::int64_t step_ = 0, pleth_sample_ = 0;                                 // the next ones
  std::array<bool, kPartNames.size()> off_{}, silent_{};                     // in this second
  std::optional<bool> sos_{false}, fall_{false}, bed_exit_{false}, in_bed_;  // as told last
};

}  // namespace vitald
