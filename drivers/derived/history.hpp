#pragma once

// The newest samples of a signal, found by their number since its start: what a detector may still look back on.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace vitald {

class History {
 public:
  explicit History(double samples) : ring_(static_cast<std::size_t>(std::max(samples, 1.0)) + 1) {}

  void add(double value) {
    ring_[at(end_)] = value;
    ++end_;
  }
  // One behind the newest.
  std::int64_t end() const { return end_; }
  // The oldest that is still known.
  std::int64_t begin() const { return std::max<std::int64_t>(0, end_ - static_cast<std::int64_t>(ring_.size())); }
  // Only for begin() <= index < end().
  double operator[](std::int64_t index) const { return ring_[at(index)]; }

 private:
  std::size_t at(std::int64_t index) const { return static_cast<std::size_t>(index) % ring_.size(); }

  std::vector<double> ring_;
  std::int64_t end_ = 0;
};

}  // namespace vitald
