#include "drivers/bthome/counter_rule.hpp"

#include <catch2/catch.hpp>

namespace vitald {
namespace {

using Verdict = CounterRule::Verdict;

TEST_CASE("a counter that rises is fresh, the same again is a repetition, a lower one a replay") {
  CounterRule rule;
  CHECK(rule.check(1000) == Verdict::fresh);
  CHECK(rule.check(1000) == Verdict::repeated);
  CHECK(rule.check(1001) == Verdict::fresh);
  CHECK(rule.check(5000) == Verdict::fresh);
  CHECK(rule.check(1001) == Verdict::replayed);
  CHECK(rule.check(4999) == Verdict::replayed);
  CHECK(rule.last() == 5000u);
}

TEST_CASE("a counter may wrap from its end to its beginning, and nowhere else") {
  CounterRule rule(CounterRule::Restart::refused, UINT32_MAX);
  CHECK(rule.check(100) == Verdict::replayed);
  CHECK(rule.check(99) == Verdict::fresh);
  CHECK(rule.check(UINT32_MAX) == Verdict::fresh);  // higher than the last
  CounterRule early(CounterRule::Restart::refused, UINT32_MAX - 100);
  CHECK(early.check(0) == Verdict::replayed);
}

TEST_CASE("a new battery restarts the counter where that is allowed") {
  CounterRule strict(CounterRule::Restart::refused, 5000);
  CHECK(strict.check(0) == Verdict::replayed);
  CounterRule lenient(CounterRule::Restart::allowed, 5000);
  CHECK(lenient.check(100) == Verdict::replayed);
  CHECK(lenient.check(99) == Verdict::fresh);
  CHECK(lenient.check(5001) == Verdict::fresh);
}

TEST_CASE("what was last survives a restart of the agent") {
  CHECK(CounterRule(CounterRule::Restart::refused, 7).check(7) == Verdict::repeated);
  CHECK(CounterRule(CounterRule::Restart::refused, 7).check(6) == Verdict::replayed);
}

}  // namespace
}  // namespace vitald
