#pragma once

// What a recording's signals become: metrics, units, precision, sensors.

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "platform/config/declaration.hpp"
#include "platform/model/reading.hpp"
#include "platform/model/result.hpp"

namespace vitald {

// How one signal (a column, in a table) is played.
struct SignalSettings {
  std::string name;
  std::string metric;  // a key of the catalogue, or empty
  bool skip = false;
  double scale = 1;
  int decimals = 0;
  void declare(config::Declaration& d);
};

// The metric of a signal: the one set, else the one its name is known for ("MLII"). Errors name the signal.
Result<const Metric*> metric_of_signal(const std::string& name, const SignalSettings* settings);

// Power of ten that brings a value in the header's unit to the metric's ("uV" to "mV": -3). A metric without a unit
// takes any. Errors name both units.
Result<int> unit_power(std::string_view header_unit, const Metric& metric);

// The decimal exponent at which a step of `step` can be told from its neighbours: the largest whose unit is below a
// quarter of it, so that rounding to it moves a value by less than an eighth of a step.
int exponent_for(double step);

// The sensors of a recording: one with the entry's id, and one of its own ("<id>/<signal>") for each signal whose
// metric another signal has too.
class ChannelSensors {
 public:
  struct Channel {
    std::string name;
    const Metric* metric;
    const Sensor* sensor = nullptr;
  };

  // The recording's own sensor, for what belongs to no signal.
  explicit ChannelSensors(const std::string& id) { sensors_.push_back({id, {}}); }
  // Error when two channels have the same name and metric.
  Result<void> assign(const std::vector<Channel*>& channels);
  const Sensor* own() const { return &sensors_.front(); }
  std::vector<const Sensor*> all() const;

 private:
  std::deque<Sensor> sensors_;  // a deque keeps their addresses
};

}  // namespace vitald
