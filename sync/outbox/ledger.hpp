#pragma once

// What is missing and has not been told yet: merged per epoch, class, reason and sensor, until one of the next commits
// makes a batch of it.

#include <vector>

#include "sync/outbox/outbox.hpp"

namespace vitald {

class Ledger {
 public:
  void add(const Loss& loss);
  bool empty() const { return losses_.empty(); }
  std::size_t ranges() const;
  const std::vector<Loss>& losses() const { return losses_; }

  // At most so many, the oldest first; they leave the ledger.
  std::vector<Loss> take();
  // What take() handed out could not be told after all.
  void put_back(const std::vector<Loss>& losses);

  static constexpr std::size_t kLossesInABatch = 64, kRangesInALoss = 1024;

 private:
  std::vector<Loss> losses_;
};

// The batch that tells it.
ClosedBatch loss_batch(const std::vector<Loss>& losses, BootTime now);

}  // namespace vitald
