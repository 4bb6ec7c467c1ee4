#include "sync/batch/range.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <random>
#include <set>

using namespace vitald;

namespace {

constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();

std::vector<Range> of(const RangeSet& set) { return {set.ranges().begin(), set.ranges().end()}; }
RangeSet set_of(const std::vector<Range>& ranges) { return RangeSet(ranges); }

}  // namespace

namespace Catch {
template <>
struct StringMaker<Range> {
  static std::string convert(const Range& r) { return std::to_string(r.first) + ".." + std::to_string(r.last); }
};
}  // namespace Catch

TEST_CASE("ranges that touch or overlap become one") {
  CHECK(of(set_of({{1, 3}, {4, 5}})) == std::vector<Range>{{1, 5}});
  CHECK(of(set_of({{4, 5}, {1, 3}})) == std::vector<Range>{{1, 5}});
  CHECK(of(set_of({{1, 2}, {4, 5}, {8, 9}, {2, 8}})) == std::vector<Range>{{1, 9}});
  CHECK(of(set_of({{5, 6}, {1, 2}})) == std::vector<Range>{{1, 2}, {5, 6}});
  CHECK(of(set_of({{5, 4}})).empty());
}

TEST_CASE("ranges reach from 0 to the highest number") {
  RangeSet set = set_of({{0, 0}, {kMost, kMost}, {1, kMost - 1}});
  CHECK(of(set) == std::vector<Range>{{0, kMost}});
  set.remove({1, kMost - 1});
  CHECK(of(set) == std::vector<Range>{{0, 0}, {kMost, kMost}});
  set.add({kMost - 1, kMost - 1});
  CHECK(of(set) == std::vector<Range>{{0, 0}, {kMost - 1, kMost}});
}

TEST_CASE("removing cuts ranges") {
  RangeSet set = set_of({{1, 10}, {20, 30}});
  set.remove({5, 4});
  set.remove({11, 19});
  CHECK(of(set) == std::vector<Range>{{1, 10}, {20, 30}});
  set.remove({4, 6});
  CHECK(of(set) == std::vector<Range>{{1, 3}, {7, 10}, {20, 30}});
  set.remove({9, 25});
  CHECK(of(set) == std::vector<Range>{{1, 3}, {7, 8}, {26, 30}});
  set.remove({0, 100});
  CHECK(set.empty());
}

TEST_CASE("a set answers what it holds") {
  const RangeSet set = set_of({{1, 3}, {7, 8}});
  CHECK(set.contains(3));
  CHECK_FALSE(set.contains(4));
  CHECK_FALSE(set.contains(9));
  CHECK(set.contains(Range{7, 8}));
  CHECK_FALSE(set.contains(Range{2, 7}));
  CHECK_FALSE(set.contains(Range{3, 2}));
  CHECK(set.count() == 5);
  CHECK(set.through() == 3);
  CHECK(set_of({{0, 4}}).through() == 4);
  CHECK(set_of({{2, 4}}).through() == 0);
  CHECK(RangeSet().through() == 0);
}

TEST_CASE("a range set does what a set of numbers does") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  RangeSet ranges;
  std::set<std::uint64_t> numbers;
  for (int i = 0; i < 3000; ++i) {
    const std::uint64_t first = random() % 60, last = first + random() % 8;
    const bool add = random() % 2 == 0;
    add ? ranges.add({first, last}) : ranges.remove({first, last});
    for (std::uint64_t n = first; n <= last; ++n) add ? void(numbers.insert(n)) : void(numbers.erase(n));
    REQUIRE(ranges.count() == numbers.size());
    for (std::uint64_t n = 0; n < 70; ++n) REQUIRE(ranges.contains(n) == numbers.contains(n));
    for (std::size_t k = 1; k < ranges.ranges().size(); ++k)
      REQUIRE(ranges.ranges()[k].first > ranges.ranges()[k - 1].last + 1);
  }
}
