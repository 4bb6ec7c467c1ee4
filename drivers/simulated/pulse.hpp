#pragma once

// The pulse that a finger oximeter sees: each heart beat arrives a transit delay later as a wave with a dicrotic notch.

#include <array>
#include <cstddef>

namespace vitald {

class Pulse {
 public:
  // transit: seconds from the R wave to the foot of the pulse at the finger.
  explicit Pulse(double transit) : transit_(transit) { clear(); }

  void beat(double time);
  void clear();  // no beat is on its way any more
  // Height at an instant not later than a transit delay after the last step of the heart: 0 at rest, 1 at a usual peak.
  double at(double time) const;

 private:
  double transit_;
  std::array<double, 4> beats_{};  // the newest, as a ring: older ones have died away
  std::size_t next_ = 0;
};

}  // namespace vitald
