#pragma once

// When to connect next: by the back-off after a lost link, after a long wait where trying again soon cannot help (the
// broker does not want us, or another device has our name), at the next window when everything is sent, and sooner
// when an alarm comes.
//
// Pure.

#include <cstdint>
#include <optional>
#include <random>

#include "sync/uplink/backoff.hpp"

namespace vitald {

struct TurnLimits {
  BackoffLimits backoff;
  Microseconds refused{0};  // the long wait: at least half of it
  Microseconds window{0};   // from one connect to the next when all is sent; 0 = the link stays
  Microseconds gap{0};      // least time between two attempts
};

class Turns {
 public:
  Turns(TurnLimits limits, std::uint64_t seed)
      : limits_(limits), backoff_(limits.backoff, seed), random_(seed ^ 0x9E3779B97F4A7C15U) {}

  // When to connect; the attempt counts as failed until connected() says otherwise.
  BootTime next(BootTime now);
  // The same when an alarm has come meanwhile: at once from a planned pause, else within 3 s, but so only once a
  // minute. A long wait stays.
  BootTime hurried(BootTime now);

  void connected(BootTime now);
  void lost(BootTime now);     // the link, or given up
  void refused(BootTime now);  // connecting, or while connected: somebody must act
  void drained(BootTime now);  // everything is sent, the link is closed

 private:
  enum class Why { failed, refused, drained };
  BootTime after(Why why, BootTime now);
  Microseconds up_to(Microseconds span);

  TurnLimits limits_;
  Backoff backoff_;
  std::mt19937_64 random_;
  Why why_ = Why::failed;
  BootTime planned_, earliest_;
  std::optional<BootTime> attempted_, opened_, hurried_;
  Why planned_for_ = Why::failed;
};

}  // namespace vitald
