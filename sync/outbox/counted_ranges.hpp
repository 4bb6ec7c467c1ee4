#pragma once

// Ranges of positions, each with how many readings it stands for: sorted, disjoint, coalesced. Remembers which of them
// changed, so that only these are written.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "sync/batch/range.hpp"
#include "sync/outbox/position.hpp"

namespace vitald {

class CountedRanges {
 public:
  struct Entry {
    Position last = 0;
    std::uint64_t readings = 0;
  };

  CountedRanges() = default;
  explicit CountedRanges(const RangeSet& ranges) {
    for (const Range& range : ranges.ranges()) add(range, 0);
  }

  // What overlaps or touches becomes one range; readings add up.
  void add(Range range, std::uint64_t readings);
  // The position must be in a range. What is left of the count stays with what is left of the range.
  void remove(Position position, std::uint64_t readings);
  // Ranges that lie inside, with their count; returns the count.
  std::uint64_t remove_within(Range range);

  std::optional<Range> around(Position position) const;  // the range that the position is in
  bool contains(Position position) const { return around(position).has_value(); }
  std::vector<Range> gaps(Range within) const;    // what of it is in no range
  std::vector<Range> inside(Range within) const;  // what of it is in one
  std::uint64_t count() const { return count_; }  // positions
  std::uint64_t readings() const { return readings_; }

  const std::map<Position, Entry>& entries() const { return entries_; }

  // First positions of the entries that are new, changed or gone since the last call of saved().
  const std::set<Position>& changed() const { return changed_; }
  void saved() { changed_.clear(); }

 private:
  using Iterator = std::map<Position, Entry>::iterator;
  void insert(Position first, Entry entry);
  Iterator erase(Iterator entry);
  Iterator first_ending_from(Position position);

  std::map<Position, Entry> entries_;  // by first position
  std::set<Position> changed_;
  std::uint64_t count_ = 0, readings_ = 0;
};

}  // namespace vitald
