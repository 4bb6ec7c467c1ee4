#pragma once

// When a table's rows were taken: by their time column, by their rate, or by both.

#include <cstdint>
#include <optional>

#include "platform/model/result.hpp"

namespace vitald {

class RowClock {
 public:
  // What it remembers, all in microseconds of the recording's own time or counted in rows.
  struct State {
    std::int64_t rows = 0;        // so far
    std::int64_t first_us = 0;    // the first row's own time: the recording's start
    std::int64_t segment_us = 0;  // since the start: where rows at the rate began last
    std::int64_t segment_row = 0;
    std::int64_t last_us = 0;      // since the start: the last row
    std::int64_t interval_us = 0;  // between the last two
    friend bool operator==(const State&, const State&) = default;
  };

  explicit RowClock(double rate_hz) : rate_hz_(rate_hz) {}

  // The next row's time since the start, and the state after it; own_us: as its time column says. With a rate a row
  // within half a period of its place is put there, any other begins a segment. Error when the column runs back.
  Result<State> next(std::optional<std::int64_t> own_us) const;

  const State& state() const { return state_; }
  void set(const State& state) { state_ = state; }
  // When the next row is due, since the start.
  std::int64_t due_us() const;

 private:
  std::int64_t place(std::int64_t row) const;  // by the rate

  double rate_hz_;  // 0 = none
  State state_;
};

}  // namespace vitald
