#pragma once

// Ranges of batch numbers, both ends included: [3, 5] is 3, 4, 5. A RangeSet is sorted, disjoint and coalesced.

#include <cstdint>
#include <span>
#include <vector>

namespace vitald {

struct Range {
  std::uint64_t first = 0, last = 0;
  friend constexpr bool operator==(const Range&, const Range&) = default;
};

class RangeSet {
 public:
  RangeSet() = default;
  explicit RangeSet(std::span<const Range> ranges) {
    for (const Range& range : ranges) add(range);
  }

  void add(Range range);  // first > last: nothing
  void remove(Range range);
  bool contains(std::uint64_t number) const;
  bool contains(Range range) const;  // wholly
  std::uint64_t count() const;       // numbers in it
  bool empty() const { return ranges_.empty(); }
  // The highest n with 1..n all in it; 0 when 1 is not.
  std::uint64_t through() const;
  std::span<const Range> ranges() const { return ranges_; }

  friend bool operator==(const RangeSet&, const RangeSet&) = default;

 private:
  std::vector<Range> ranges_;
};

}  // namespace vitald
