#pragma once

// One algorithm at work on one sensor's readings.

#include <memory>
#include <string>
#include <vector>

#include "drivers/derived/driver/settings.hpp"
#include "platform/model/reading.hpp"

namespace vitald {

// What is kept of a reading that was heard.
struct Heard {
  const Sensor* sensor;
  const Metric* metric;
  BootTime time;
  double value;             // not a number where the reading is none
  RateMilliHz rate;         // on the boot clock; 0: not a waveform
  RateMilliHz signal_rate;  // on the sensor's own clock: another one when a recording is played faster
};

class Derivation {
 public:
  virtual ~Derivation() = default;

  // "hamilton-1": the algorithm and its version.
  virtual std::string name() const = 0;
  // Appends what follows from one more reading of the sensor.
  virtual void take(const Heard& heard, std::vector<Reading>& out) = 0;
  // From a press of one of the buttons.
  virtual void press(BootTime, std::vector<Reading>&) {}
  // From the time that has passed.
  virtual void pass(BootTime, std::vector<Reading>&) {}

  // Whose readings its own are: id and algorithm. Set by its owner before the first one.
  Sensor sensor;

 protected:
  // A reading of its own, marked as derived.
  void add(const char* metric, BootTime time, Decimal value, std::vector<Reading>& out) const;
};

// What such readings are used for.
enum class Use { none, qrs, ppg, resp, fall, bed_exit };
Use use_of(const Metric& metric);
const AlgorithmSettings* settings_for(Use use, const Derivations& derivations);
// Of a signal like this reading's. Never for Use::none.
std::unique_ptr<Derivation> make_derivation(Use use, const Derivations& derivations, const Metric& metric);

}  // namespace vitald
