#pragma once

// How fast messages may follow each other where a cloud limits messages and bytes a second: a tenth of a second's worth
// at once, then evenly. In any second it stays within the limit. Pure.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "platform/model/instant.hpp"

namespace vitald {

class Pace {
 public:
  // A second; 0 = no limit.
  Pace(std::uint32_t messages, std::uint64_t bytes) : messages_(messages), bytes_(bytes) {}

  // When the next message may leave.
  BootTime next() const { return next_; }

  void sent(std::size_t bytes, BootTime now) {
    using std::chrono::seconds;
    Microseconds cost{0};
    if (messages_ > 0) cost = Microseconds(seconds(1)) / messages_;
    if (bytes_ > 0) cost = std::max(cost, Microseconds(static_cast<std::int64_t>(bytes * 1'000'000 / bytes_)));
    spent_ = std::max(spent_, now - kBurst) + cost * 10 / 9;
    next_ = spent_;
  }

 private:
  static constexpr Microseconds kBurst = std::chrono::milliseconds(100);

  std::uint32_t messages_;
  std::uint64_t bytes_;
  BootTime spent_, next_;
};

}  // namespace vitald
