#pragma once

// A resident's body: physiology only, no sensors, no clock of its own, no I/O. The same seed lives the same life.

#include <cstdint>

#include "drivers/simulated/heart.hpp"
#include "drivers/simulated/pulse.hpp"
#include "drivers/simulated/random.hpp"

namespace vitald {

// What happens to a resident, as the scenes have it.
struct Situation {
  bool fever = false;
  bool desaturation = false;  // breathes badly
  bool distress = false;      // has fallen, or calls for help
  bool bed_exit = false;      // is made to leave the bed; otherwise gets up now and then
};

struct BloodPressure {
  double systolic, diastolic, mean;  // mm[Hg]
};

class Resident {
 public:
  Resident(std::uint64_t seed, std::uint32_t number);

  // What changes in seconds or minutes; to be called once for each second lived.
  void live_a_second(const Situation& situation);
  // Heart and breath up to that instant, in seconds from the beginning; in steps of at most 0.01.
  void advance(double time);
  // Goes to that instant without having lived the time between.
  void skip(double time);

  double lead_ii();                                     // ECG now, mV, with the electrode's noise
  double pleth(double time) const;                      // at an instant since the last step, 0..1000 or so
  double heart_rate() const;                            // 1/min, averaged as a monitor does
  double respiration_rate() const { return breaths_; }  // 1/min
  double oxygen_saturation() const;                     // %
  double skin_temperature() const;                      // Cel
  double steps() const { return steps_; }               // since the beginning
  double glucose() const { return glucose_ + glucose_wander_.value(); }  // mg/dL
  double battery() const { return battery_; }                            // %, of what the resident wears
  bool in_bed() const { return in_bed_; }
  BloodPressure blood_pressure() const;

 private:
  void get_up_or_lie_down(bool made_to);
  void breathe(const Situation& situation);
  double heart_rate_wanted() const;
  double next_interval() const;

  Random random_, noise_;
  // Who it is: drawn from the seed once. In this order: the constructor draws them one after the other.
  double resting_rate_, resting_breaths_, saturation_, temperature_, systolic_, diastolic_, glucose_, battery_;
  // How far from that just now.
  double fever_ = 0, deficit_ = 0, effort_ = 0, breaths_;
  double steps_ = 0;
  bool in_bed_ = true;
  Wander rate_wander_{1.5, 120}, breath_wander_{0.8, 30}, saturation_wander_{0.5, 60}, temperature_wander_{0.08, 300},
      pressure_wander_{5, 900}, glucose_wander_{15, 3600}, slow_wave_wander_{0.01, 30};
  Rhythm slow_wave_{0.1}, breath_;  // the two peaks of the heart rate's spectrum
  Heart heart_;
  Pulse pulse_;
  double mean_interval_, time_ = 0;
};

}  // namespace vitald
