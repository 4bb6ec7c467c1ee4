#include "drivers/replay/row_clock.hpp"

#include <cmath>
#include <cstdlib>

namespace vitald {

std::int64_t RowClock::place(std::int64_t row) const {
  return state_.segment_us + std::llround(static_cast<double>(row - state_.segment_row) * 1e6 / rate_hz_);
}

Result<RowClock::State> RowClock::next(std::optional<std::int64_t> own_us) const {
  State after = state_;
  after.rows = state_.rows + 1;
  if (state_.rows == 0) {
    after.first_us = own_us.value_or(0);
    return after;
  }
  const std::int64_t own = own_us ? *own_us - state_.first_us : place(state_.rows);
  after.last_us = rate_hz_ > 0 ? place(state_.rows) : own;
  if (rate_hz_ > 0 && static_cast<double>(std::llabs(own - after.last_us)) > 0.5e6 / rate_hz_) {
    after.segment_us = after.last_us = own;
    after.segment_row = state_.rows;
  }
  after.interval_us = after.last_us - state_.last_us;
  if (after.interval_us < 0) return Error(Code::invalid, "its time is before the row before it");
  return after;
}

std::int64_t RowClock::due_us() const {
  if (state_.rows == 0) return 0;
  return rate_hz_ > 0 ? place(state_.rows) : state_.last_us + state_.interval_us;
}

}  // namespace vitald
