#include "drivers/derived/bed_exit/bed_exit.hpp"

#include <utility>

namespace vitald {

std::optional<BedExit::Event> BedExit::say(bool occupied, BootTime now) {
  const std::optional<Event> event = pass(now);  // what the silence until now has decided
  if (occupied != std::exchange(said_, occupied)) said_since_ = now;
  return event ? event : pass(now);
}

std::optional<BedExit::Event> BedExit::pass(BootTime now) {
  if (said_ != occupied_ && now - said_since_ >= times_.debounce) {
    occupied_ = said_;
    empty_since_ = occupied_ ? std::nullopt : std::optional(said_since_);
    if (occupied_ && std::exchange(exit_, false)) return Event{said_since_, false};
  }
  if (!empty_since_ || exit_ || now - *empty_since_ < times_.absence) return {};
  exit_ = true;
  return Event{*empty_since_ + times_.absence, true};
}

}  // namespace vitald
