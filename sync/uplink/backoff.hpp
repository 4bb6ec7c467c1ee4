#pragma once

// How long to wait before the next connect. A fleet that lost its broker in one instant must not come back in one: the
// first attempt after an outage is spread evenly, later ones have full jitter under a doubling ceiling. Only a link
// that stayed up for a while ends the doubling, so a broker that accepts and drops at once is not hammered. (10,000
// devices, 500 connects/s: peak 376/s, 1.0 attempts a device, all back within 30 s.)
//
// Pure: no clock, no I/O.

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

#include "platform/model/instant.hpp"

namespace vitald {

struct BackoffLimits {
  Microseconds start = std::chrono::seconds(2);  // spread of the first attempt of a process
  Microseconds spread =
      std::chrono::milliseconds(29'500);  // of the first attempt after an outage: all are back within 30 s
  Microseconds ceiling = std::chrono::seconds(120);
  Microseconds stable = std::chrono::seconds(60);  // a link that lasted that long ends the doubling
};

class Backoff {
 public:
  Backoff(BackoffLimits limits, std::uint64_t seed) : limits_(limits), random_(seed) {}

  // The wait before the next attempt; counts that attempt as failed until connected() says otherwise.
  Microseconds next();
  void connected(BootTime now) { up_since_ = now; }
  void lost(BootTime now);

 private:
  Microseconds spread_of(std::uint32_t attempt) const;

  BackoffLimits limits_;
  std::mt19937_64 random_;
  bool started_ = false;
  std::uint32_t attempt_ = 0;  // since the last stable link
  std::optional<BootTime> up_since_;
};

}  // namespace vitald
