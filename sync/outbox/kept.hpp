#pragma once

// Confirmed rows that are still in place, by when their receipt came: they leave when their keep time is over, or
// earlier when the quota needs the place.

#include <deque>
#include <optional>
#include <vector>

#include "platform/model/instant.hpp"
#include "sync/batch/range.hpp"
#include "sync/outbox/position.hpp"

namespace vitald {

class Kept {
 public:
  explicit Kept(Microseconds keep) : keep_(keep) {}

  void add(Range confirmed, BootTime now);
  void clear() { confirmed_.clear(); }
  bool empty() const { return confirmed_.empty(); }

  // A range of at most so many positions whose time is over; with `any`, the oldest whatever its time. It is forgotten.
  std::optional<Range> take(BootTime now, std::uint64_t positions, bool any);
  // How many positions take() would hand out, counted up to `enough`.
  std::uint64_t due(BootTime now, std::uint64_t enough) const;

 private:
  struct Confirmed {
    Range range;
    BootTime at;  // the first of them
  };
  bool over(const Confirmed& confirmed, BootTime now) const;

  Microseconds keep_;
  std::deque<Confirmed> confirmed_;  // by `at`
};

}  // namespace vitald
