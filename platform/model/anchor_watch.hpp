#pragma once

// Which of the instants at which the clock is trusted become anchors: the first, one that is twice as sure as the last,
// and one an hour. Pure.

#include <optional>

#include "platform/model/timeline.hpp"

namespace vitald {

class AnchorWatch {
 public:
  bool wants(const Anchor& now) {
    const bool is_wanted =
        !last_ || now.uncertainty * 2 < last_->uncertainty || now.boot_time - last_->boot_time >= kEvery;
    if (is_wanted) last_ = now;
    return is_wanted;
  }

 private:
  static constexpr Microseconds kEvery = std::chrono::hours(1);
  std::optional<Anchor> last_;
};

}  // namespace vitald
