#pragma once

// The device times of one column (builder.cpp's part): a single number as long as they follow their rate to the
// microsecond, a list from the first that does not.

#include <algorithm>
#include <cstdint>
#include <string>

#include "sync/batch/numbers.hpp"
#include "sync/batch/sample_clock.hpp"

namespace vitald {

class DeviceClockWriter {
 public:
  void open(RateMilliHz rate);  // 0: a list from the start
  // How many bits it took.
  unsigned add(DeviceTime time) {
    const unsigned listed = regular_ && !follows(time.us) ? list_all() : 0;
    last_us_ = time.us;
    return count_++ > 0 && regular_ ? 0 : listed + times_.add(time.us);
  }
  // The Column's fields 12 to 14.
  void append_to(std::string& out) const;

 private:
  // Tick i is first + floor((phase + i x 10^9) / rate); each time leaves fewer phases that fit, and none when it
  // strays.
  bool follows(std::int64_t time_us);
  unsigned list_all();

  bool regular_ = false;
  RateMilliHz rate_ = 0;
  std::uint32_t count_ = 0;
  std::int64_t first_us_ = 0, last_us_ = 0;
  std::int64_t low_phase_ = 0, end_phase_ = 0;  // those that fit, the end not included
  std::int64_t ahead_ = 0;                      // i x 10^9 - (time - first) x rate
  NumbersWriter times_{2};
};

}  // namespace vitald
