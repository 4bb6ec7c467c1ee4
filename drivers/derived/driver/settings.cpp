#include "drivers/derived/driver/settings.hpp"

#include <algorithm>

#include "drivers/derived/driver/derived_driver.hpp"

namespace vitald {

using namespace std::chrono_literals;

void AlgorithmSettings::declare(config::Declaration& d) {
  d.boolean("enabled", enabled, "Switches it on.");
  d.texts("sensors", sensors,
          "Only the signals of these sensors, by id; empty: of every sensor that has such a signal.");
}

bool AlgorithmSettings::wants(const std::string& sensor) const {
  return enabled && (sensors.empty() || std::ranges::find(sensors, sensor) != sensors.end());
}

void FallSettings::declare(config::Declaration& d) {
  AlgorithmSettings::declare(d);
  d.choice("up", up, {"auto", "x", "y", "z", "-x", "-y", "-z"},
           "The axis that reads +1 g when the wearer stands; auto: as it was just before an impact.");
  d.duration("cancel_s", cancel, {0s, 10min},
             "How long after a fall its alarm is held back: the wearer cancels it by a button or by standing for 5 s.");
  d.texts("buttons", buttons,
          "Sensors whose press (a reading of 1) cancels a fall, and acknowledges an alarm that was raised.");
}

void BedExitSettings::declare(config::Declaration& d) {
  AlgorithmSettings::declare(d);
  d.duration("debounce_s", debounce, {0s, 10min}, "A change of the bed's occupancy that lasts less is none.");
  d.duration("absence_s", absence, {0s, 24h}, "How long the bed may be empty before it is an alarm.");
}

void Derivations::declare(config::Declaration& d) {
  d.duration("interval_s", interval, {1s, 10min}, "Between two rates of one signal.");
  d.section("qrs", qrs, "Heart rate from an ECG of 100 Hz or more (heart_rate, ecg_quality).");
  d.section("ppg", ppg, "Pulse rate from a plethysmogram of 20 Hz or more (pulse_rate_oximeter, pleth_quality).");
  d.section("resp", resp,
            "Respiration rate from impedance, a belt or a radar, 4 Hz or more (respiration_rate_impedance or "
            "respiration_rate, respiration_quality).");
  d.section("fall", fall, "Falls from an accelerometer worn at the waist, 20 Hz or more (fall).");
  d.section("bed_exit", bed_exit, "Bed exits from the occupancy that a mat or a radar tells (bed_exit).");
}

Result<std::unique_ptr<Driver>> DerivedSettings::create(const std::string& id, const DriverContext& context) const {
  return std::unique_ptr<Driver>(std::make_unique<DerivedDriver>(id, derivations_, context));
}

std::unique_ptr<DriverSettings> derived_settings() { return std::make_unique<DerivedSettings>(); }

}  // namespace vitald
