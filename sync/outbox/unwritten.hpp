#pragma once

// Sealed batches that are not durable yet: those of the present commit, and those that an earlier one could not write.
// In the order of their numbers; bounded, so that a full disk costs old waveforms first and never the newest alarms.

#include <deque>
#include <optional>

#include "sync/outbox/sealer.hpp"

namespace vitald {

class Unwritten {
 public:
  void push(SealedBatch batch);
  bool empty() const { return batches_.empty(); }
  std::size_t size() const { return batches_.size(); }
  const SealedBatch& operator[](std::size_t index) const { return batches_[index]; }
  void pop_front(std::size_t count);
  void pop_back();

  // How many from the front make up so many bytes; at least one when there is one.
  std::size_t fitting(std::uint64_t bytes) const;
  // What must go because more than the bound is waiting, if anything.
  std::optional<SealedBatch> overflow();

  static constexpr std::uint64_t kBytes = 1 << 20;

 private:
  std::deque<SealedBatch> batches_;
  std::uint64_t bytes_ = 0;
};

}  // namespace vitald
