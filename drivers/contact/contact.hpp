#pragma once

// What a contact's raw level means: bounces are swallowed, a contact that stays active is said again, one that stays
// active for too long is doubted. Pure: it is told the time.

#include <chrono>
#include <optional>
#include <vector>

#include "drivers/driver.hpp"

namespace vitald::contact {

struct Rules {
  std::chrono::milliseconds debounce{30};    // a level counts once it has lasted so long
  std::chrono::milliseconds repeat{60'000};  // a contact that is held is said again so often; 0: never
  std::chrono::milliseconds stuck{600'000};  // held for so long, it is stuck; 0: never
};

struct Event {
  bool active = false;
  BootTime time;                     // of the level's beginning; of a repetition: now
  Quality quality = quality::kGood;  // questionable: stuck
  bool became_stuck = false;         // since the event before
};

class Contact {
 public:
  explicit Contact(const Rules& rules) : rules_(rules) {}

  // The level at that time; the first one is an event in any case.
  void level(bool active, BootTime now);
  // What has become certain by now.
  std::vector<Event> events(BootTime now);
  // When to ask again, unless a level comes before.
  std::optional<BootTime> due() const;

 private:
  Event repetition(BootTime now);

  Rules rules_;
  std::optional<bool> raw_, said_;
  BootTime raw_since_;  // of raw_
  BootTime said_at_, active_since_;
  bool stuck_ = false;
};

void declare(config::Declaration& d, Rules& rules);

}  // namespace vitald::contact
