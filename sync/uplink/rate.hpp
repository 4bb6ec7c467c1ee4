#pragma once

// A mean over the last minute, in slots of a second. Pure.

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <optional>

#include "platform/model/instant.hpp"

namespace vitald {

class MinuteRate {
 public:
  void add(std::uint64_t count, BootTime now) {
    const std::int64_t second = advance(now);
    slots_[static_cast<std::size_t>(second % kSlots)] += count;
  }

  // A second, over the minute or as long as there has been something to count.
  double per_second(BootTime now) {
    const std::int64_t second = advance(now);
    const auto sum = std::accumulate(slots_.begin(), slots_.end(), std::uint64_t{0});
    if (sum == 0) return 0;
    return static_cast<double>(sum) / static_cast<double>(std::min(kSlots, second - *first_ + 1));
  }

 private:
  static constexpr std::int64_t kSlots = 60;

  std::int64_t advance(BootTime now) {
    const std::int64_t second = us(now) / 1'000'000;
    if (!first_) first_ = last_ = second;
    for (last_ = std::max(last_, second - kSlots); last_ < second;)
      slots_[static_cast<std::size_t>(++last_ % kSlots)] = 0;
    return second;
  }

  std::array<std::uint64_t, kSlots> slots_{};
  std::optional<std::int64_t> first_;
  std::int64_t last_ = 0;
};

}  // namespace vitald
