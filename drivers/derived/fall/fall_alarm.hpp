#pragma once

// Between a fall that was detected and the alarm: a window in which its wearer can cancel it, by a button or by
// standing up again. An alarm that was raised stays until somebody acknowledges it with that button.

#include <optional>

#include "platform/model/instant.hpp"

namespace vitald {

class FallAlarm {
 public:
  struct Event {
    BootTime time;  // of the fall; of the acknowledgement
    bool alarm;     // false: acknowledged
  };

  explicit FallAlarm(Microseconds window) : window_(window) {}

  void fell(BootTime at);
  // The wearer's posture at that instant.
  void stands(bool upright, BootTime now);
  std::optional<Event> button(BootTime now);
  // Time passes; call it about every second, also when nothing is heard any more.
  std::optional<Event> pass(BootTime now);
  bool waits() const { return fell_at_.has_value(); }

 private:
  Microseconds window_;
  std::optional<BootTime> fell_at_;  // and neither cancelled nor told
  std::optional<BootTime> upright_since_;
  bool alarm_ = false;
};

}  // namespace vitald
