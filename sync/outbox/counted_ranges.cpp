#include "sync/outbox/counted_ranges.hpp"

#include <algorithm>
#include <utility>

namespace vitald {

// The first entry that does not end before the position.
CountedRanges::Iterator CountedRanges::first_ending_from(Position position) {
  auto entry = entries_.upper_bound(position);
  if (entry != entries_.begin() && std::prev(entry)->second.last >= position) --entry;
  return entry;
}

void CountedRanges::insert(Position first, Entry entry) {
  count_ += entry.last - first + 1;
  readings_ += entry.readings;
  entries_.emplace(first, entry);
  changed_.insert(first);
}

CountedRanges::Iterator CountedRanges::erase(Iterator entry) {
  count_ -= entry->second.last - entry->first + 1;
  readings_ -= entry->second.readings;
  changed_.insert(entry->first);
  return entries_.erase(entry);
}

void CountedRanges::add(Range range, std::uint64_t readings) {
  auto entry = first_ending_from(range.first == 0 ? 0 : range.first - 1);
  while (entry != entries_.end() && entry->first <= range.last + 1) {
    range.first = std::min(range.first, entry->first);
    range.last = std::max(range.last, entry->second.last);
    readings += entry->second.readings;
    entry = erase(entry);
  }
  insert(range.first, {range.last, readings});
}

void CountedRanges::remove(Position position, std::uint64_t readings) {
  const auto entry = first_ending_from(position);
  const Position first = entry->first, last = entry->second.last;
  std::uint64_t left = entry->second.readings - std::min(readings, entry->second.readings);
  erase(entry);
  if (position > first) insert(first, {position - 1, std::exchange(left, 0)});
  if (position < last) insert(position + 1, {last, left});
}

std::uint64_t CountedRanges::remove_within(Range range) {
  const std::uint64_t before = readings_;
  auto entry = entries_.lower_bound(range.first);
  while (entry != entries_.end() && entry->second.last <= range.last) entry = erase(entry);
  return before - readings_;
}

std::optional<Range> CountedRanges::around(Position position) const {
  auto entry = entries_.upper_bound(position);
  if (entry == entries_.begin() || (--entry)->second.last < position) return std::nullopt;
  return Range{entry->first, entry->second.last};
}

std::vector<Range> CountedRanges::inside(Range within) const {
  std::vector<Range> found;
  auto entry = entries_.upper_bound(within.first);
  if (entry != entries_.begin() && std::prev(entry)->second.last >= within.first) --entry;
  for (; entry != entries_.end() && entry->first <= within.last; ++entry) {
    found.push_back({std::max(within.first, entry->first), std::min(within.last, entry->second.last)});
  }
  return found;
}

std::vector<Range> CountedRanges::gaps(Range within) const {
  std::vector<Range> found;
  Position from = within.first;
  for (const Range& range : inside(within)) {
    if (range.first > from) found.push_back({from, range.first - 1});
    from = range.last + 1;
  }
  if (from <= within.last) found.push_back({from, within.last});
  return found;
}

}  // namespace vitald
