#include "sync/uplink/backoff.hpp"

#include <algorithm>

namespace vitald {

namespace {

constexpr Microseconds kLeastSpread = std::chrono::seconds(1);  // of a second attempt, however short the first one's
constexpr std::uint32_t kDoublings = 20;                        // beyond any ceiling

}  // namespace

Microseconds Backoff::next() {
  const Microseconds widest = started_ ? spread_of(attempt_) : limits_.start;
  if (started_) ++attempt_;
  started_ = true;
  return Microseconds(std::uniform_int_distribution<std::int64_t>(0, widest.count())(random_));
}

void Backoff::lost(BootTime now) {
  if (up_since_ && now - *up_since_ >= limits_.stable) attempt_ = 0;
  up_since_.reset();
}

Microseconds Backoff::spread_of(std::uint32_t attempt) const {
  if (attempt == 0) return limits_.spread;
  const Microseconds base = std::max(limits_.spread, kLeastSpread);
  return std::min(limits_.ceiling, base * (std::int64_t{1} << std::min(attempt, kDoublings)));
}

}  // namespace vitald
