#pragma once

// The breaths in a window of respiration signal, and whether it can be trusted. Breaths are counted as in Schaefer and
// Kratky, "Estimation of breathing rate from respiratory sinus arrhythmia", Ann. Biomed. Eng. 36(3), 2008 ("original
// count"); the window is good by the rules of Charlton, Bonnici, Tarassenko, Clifton, Beale, Watkinson and Alastruey,
// "An impedance pneumography signal quality index", Biomed. Signal Process. Control 65, 2021.

#include <cstddef>
#include <span>
#include <vector>

namespace vitald {

struct Breaths {
  std::vector<std::size_t> peaks;      // ends of inspiration that begin or end a valid breath, in order
  std::vector<std::size_t> durations;  // of the valid breaths, in samples
  double per_minute = 0;               // 0: no valid breath
  int quality = 0;                     // percent: how much the breaths look alike
  bool good = false;
};

// window: about 32 s at a rate of 4 to 20 Hz, in any unit.
Breaths count_breaths(std::span<const double> window, double rate_hz);

}  // namespace vitald
