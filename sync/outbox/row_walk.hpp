#pragma once

// Reads named batches of the outbox from the first to the last, in slices.

#include <optional>
#include <vector>

#include "sync/outbox/outbox.hpp"

namespace vitald {

class RowWalk {
 public:
  RowWalk(Outbox& outbox, std::vector<HeldEpoch> epochs) : outbox_(outbox), epochs_(std::move(epochs)) {}

  // What the slice covers; numbers of it that are not among the batches were gone or not what was written.
  struct Slice {
    std::uint64_t epoch = 0;
    Range numbers;
    std::vector<StoredBatch> batches;
  };
  // Nothing at the end.
  Result<std::optional<Slice>> next();

 private:
  Outbox& outbox_;
  std::vector<HeldEpoch> epochs_;
  std::size_t epoch_ = 0, range_ = 0;
};

}  // namespace vitald
