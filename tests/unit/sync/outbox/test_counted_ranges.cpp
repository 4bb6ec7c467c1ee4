#include <catch2/catch.hpp>
#include <random>

#include "sync/outbox/counted_ranges.hpp"

namespace vitald {
namespace {

TEST_CASE("ranges that touch become one and their counts add up") {
  CountedRanges ranges;
  ranges.add({5, 6}, 20);
  ranges.add({1, 2}, 7);
  CHECK(ranges.entries().size() == 2);
  ranges.add({3, 4}, 3);
  REQUIRE(ranges.entries().size() == 1);
  CHECK(ranges.around(4) == Range{1, 6});
  CHECK(ranges.count() == 6);
  CHECK(ranges.readings() == 30);
}

TEST_CASE("ranges behave like a set of positions, whatever is added and removed") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  CountedRanges ranges;
  std::map<Position, CountedRanges::Entry> stored;  // as a table that is only told of changes
  std::vector<bool> model(64);
  for (int step = 0; step < 3000; ++step) {
    const Position first = random() % 60 + 1, last = std::min<Position>(63, first + random() % 5);
    if (random() % 3 != 0) {
      ranges.add({first, last}, 1);
      for (Position p = first; p <= last; ++p) model[p] = true;
    } else if (model[first]) {
      ranges.remove(first, 1);
      model[first] = false;
    }
    std::uint64_t count = 0;
    for (Position p = 1; p < model.size(); ++p) {
      count += model[p] ? 1 : 0;
      REQUIRE(ranges.contains(p) == model[p]);
    }
    REQUIRE(ranges.count() == count);
    std::uint64_t outside = 0, inside = 0;
    for (const Range& gap : ranges.gaps({1, 63})) outside += gap.last - gap.first + 1;
    for (const Range& part : ranges.inside({1, 63})) inside += part.last - part.first + 1;
    REQUIRE(outside == 63 - count);
    REQUIRE(inside == count);
    for (const Position changed : ranges.changed()) {
      stored.erase(changed);
      if (ranges.entries().contains(changed)) stored[changed] = ranges.entries().at(changed);
    }
    ranges.saved();
    REQUIRE(stored.size() == ranges.entries().size());
    for (const auto& [position, entry] : ranges.entries()) {
      REQUIRE(stored.at(position).last == entry.last);
      REQUIRE(stored.at(position).readings == entry.readings);
    }
  }
}

}  // namespace
}  // namespace vitald
