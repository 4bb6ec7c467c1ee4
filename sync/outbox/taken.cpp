#include "sync/outbox/taken.hpp"

#include <algorithm>

namespace vitald {

std::optional<Range> Taken::around(Position position) const {
  auto interval = intervals_.upper_bound(position);
  if (interval == intervals_.begin() || (--interval)->second < position) return std::nullopt;
  return Range{interval->first, interval->second};
}

void Taken::mark(Position from, Position to) {
  auto interval = intervals_.upper_bound(from);
  if (interval != intervals_.begin() && std::prev(interval)->second >= from) --interval;
  while (interval != intervals_.end() && interval->first <= to) {
    from = std::min(from, interval->first);
    to = std::max(to, interval->second);
    interval = intervals_.erase(interval);
  }
  intervals_.emplace(from, to);
}

void Taken::forget(Position position) {
  const std::optional<Range> interval = around(position);
  if (!interval) return;
  intervals_.erase(interval->first);
  if (interval->first < position) intervals_.emplace(interval->first, position - 1);
  if (position < interval->last) intervals_.emplace(position + 1, interval->last);
}

}  // namespace vitald
