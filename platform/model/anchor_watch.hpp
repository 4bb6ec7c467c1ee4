#pragma once

// Which of the instants at which the clock is trusted become anchors: the first, one that is twice as sure as the last,
// one after the clock was set, and one an hour. Pure.

#include <optional>

#include "platform/model/timeline.hpp"

namespace vitald {

// How far the clock was moved between the two, drift included.
inline Microseconds clock_step(const Anchor& before, const Anchor& now) {
  return (now.utc - before.utc) - (now.boot_time - before.boot_time);
}

// It was set, not disciplined: the two disagree by more than both may be wrong and any drift.
inline bool clock_was_set(const Anchor& before, const Anchor& now) {
  const Microseconds drifted = (now.boot_time - before.boot_time) / 1000;
  return std::chrono::abs(clock_step(before, now)) >
         before.uncertainty + now.uncertainty + drifted + std::chrono::seconds(1);
}

class AnchorWatch {
 public:
  bool wants(const Anchor& now) {
    const bool is_wanted = !last_ || now.uncertainty * 2 < last_->uncertainty || clock_was_set(*last_, now) ||
                           now.boot_time - last_->boot_time >= kEvery;
    if (is_wanted) last_ = now;
    return is_wanted;
  }
  const std::optional<Anchor>& last() const { return last_; }

 private:
  static constexpr Microseconds kEvery = std::chrono::hours(1);
  std::optional<Anchor> last_;
};

}  // namespace vitald
