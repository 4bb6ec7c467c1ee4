#pragma once

// Somebody left the bed and did not come back: from what a mat, or a radar above the bed, says about its occupancy.

#include <optional>
#include <string_view>

#include "platform/model/instant.hpp"

namespace vitald {

class BedExit {
 public:
  static constexpr std::string_view kAlgorithm = "absence-timer";
  static constexpr int kVersion = 1;

  struct Times {
    Microseconds debounce;  // a change that lasts less is none
    Microseconds absence;   // how long the bed may be empty
  };
  struct Event {
    BootTime time;
    bool exit;  // false: the bed is occupied again
  };

  explicit BedExit(const Times& times) : times_(times) {}

  // What the sensor says at that instant. Instants never run back.
  std::optional<Event> say(bool occupied, BootTime now);
  // Time passes; call it about every second.
  std::optional<Event> pass(BootTime now);

 private:
  Times times_;
  bool occupied_ = false;  // debounced; a bed that was never occupied is left by nobody
  bool said_ = false;      // last
  BootTime said_since_{};  // unchanged
  std::optional<BootTime> empty_since_;
  bool exit_ = false;  // told
};

}  // namespace vitald
