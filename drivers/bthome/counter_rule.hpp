#pragma once

// Whether an encrypted advertisement is new: its counter must rise, so that a recorded one cannot be played again.

#include <cstdint>
#include <optional>

namespace vitald {

class CounterRule {
 public:
  // A sensor that lost its counter with its battery starts from 0. When that is allowed, its first kRestart packets
  // could be replayed; when not, a new battery needs an operator.
  enum class Restart { refused, allowed };
  static constexpr std::uint32_t kRestart = 100;

  enum class Verdict { fresh, repeated, replayed };

  explicit CounterRule(Restart restart = Restart::refused, std::optional<std::uint32_t> last = {})
      : restart_(restart), last_(last) {}

  // Only for packets that are authentic. A fresh one becomes the last.
  Verdict check(std::uint32_t counter) {
    if (last_ == counter) return Verdict::repeated;
    if (last_ && !follows(counter)) return Verdict::replayed;
    last_ = counter;
    return Verdict::fresh;
  }

  std::optional<std::uint32_t> last() const { return last_; }  // to be kept across restarts

 private:
  // A wrap goes from the last kRestart numbers to the first.
  bool follows(std::uint32_t counter) const {
    const bool wraps = counter<kRestart&& * last_> UINT32_MAX - kRestart;
    return counter > *last_ || wraps || (restart_ == Restart::allowed && counter < kRestart);
  }

  Restart restart_;
  std::optional<std::uint32_t> last_;
};

}  // namespace vitald
