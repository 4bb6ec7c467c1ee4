#pragma once

// A meter that is used now and then (cuff, glucose meter): it has its own clock, numbers its records and keeps each
// until it has been handed over. Its cursor, "17 1735718400000000", is the last record's number and the meter's time of
// it.

#include <optional>
#include <string>
#include <vector>

#include "drivers/driver.hpp"

namespace vitald {

// One measurement, to be committed together with the cursor behind it.
struct Record {
  std::vector<Reading> readings;
  Cursor cursor;
};

class Meter {
 public:
  // name: of its cursor. A new meter's clock shows 2025-01-01 08:00 and knows nothing of UTC.
  explicit Meter(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  // Goes on behind a cursor: next number, and a clock that is not before it. Fails when the cursor is none of ours.
  Result<void> restore(const Cursor& cursor);
  // elapsed: simulated time since the start. since_reset: since the meter's clock lost its time, when it did.
  Record store(std::vector<Reading> readings, Microseconds elapsed, std::optional<Microseconds> since_reset);

 private:
  std::string name_;
  std::uint32_t last_ = 0;
  Microseconds clock_{1'735'718'400'000'000};  // at the start
};

}  // namespace vitald
