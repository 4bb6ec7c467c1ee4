#include "sync/batch/range.hpp"

#include <algorithm>

namespace vitald {
namespace {

// The first range that ends at or behind `number`.
auto reaching(auto& ranges, std::uint64_t number) { return std::ranges::lower_bound(ranges, number, {}, &Range::last); }

}  // namespace

void RangeSet::add(Range range) {
  if (range.first > range.last) return;
  auto begin = reaching(ranges_, range.first == 0 ? 0 : range.first - 1);  // a neighbour joins
  auto end = begin;
  for (; end != ranges_.end() && (end->first <= range.last || end->first - 1 == range.last); ++end) {
    range.first = std::min(range.first, end->first);
    range.last = std::max(range.last, end->last);
  }
  ranges_.insert(ranges_.erase(begin, end), range);
}

void RangeSet::remove(Range range) {
  if (range.first > range.last) return;
  auto at = reaching(ranges_, range.first);
  while (at != ranges_.end() && at->first <= range.last) {
    const Range cut = *at;
    at = ranges_.erase(at);
    if (cut.first < range.first) at = ranges_.insert(at, {cut.first, range.first - 1}) + 1;
    if (cut.last > range.last) at = ranges_.insert(at, {range.last + 1, cut.last}) + 1;
  }
}

bool RangeSet::contains(std::uint64_t number) const { return contains(Range{number, number}); }

bool RangeSet::contains(Range range) const {
  const auto at = reaching(ranges_, range.first);
  return at != ranges_.end() && at->first <= range.first && range.last <= at->last && range.first <= range.last;
}

std::uint64_t RangeSet::count() const {
  std::uint64_t count = 0;
  for (const Range& range : ranges_) count += range.last - range.first + 1;
  return count;
}

std::uint64_t RangeSet::through() const {
  const auto at = reaching(ranges_, 1);
  return at != ranges_.end() && at->first <= 1 ? at->last : 0;
}

}  // namespace vitald
