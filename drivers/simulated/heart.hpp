#pragma once

// A heart's electrical activity: the dynamical model of McSharry, Clifford, Tarassenko and Smith, "A dynamical model
// for generating synthetic electrocardiogram signals", IEEE Trans. Biomed. Eng. 50(3), 2003. A point goes round the
// unit circle once a beat; passing the angles of P, Q, R, S and T it is pushed up and down, and its height is the ECG.

#include <array>
#include <optional>

namespace vitald {

class Heart {
 public:
  // interval: seconds from the first beat to the second. scale: of the waves' heights, 1 = an R wave of 1.1 mV.
  Heart(double interval, double scale) : interval_(interval), scale_(scale) {}

  // Goes on by dt seconds (at most 0.01). A beat is the R wave's peak: when one fell into this step, returns how many
  // seconds before its end. A beat begun in this step lasts until `next_interval` later.
  std::optional<double> advance(double dt, double next_interval, double breath);

  double interval() const { return interval_; }  // from the last beat to the next, seconds
  double lead_ii() const { return state_[2]; }   // mV

 private:
  using State = std::array<double, 3>;
  State slope(const State& state, double speed, double baseline) const;

  double interval_, scale_;
  State state_{-1, 0, 0};  // half a round before the first beat
};

}  // namespace vitald
