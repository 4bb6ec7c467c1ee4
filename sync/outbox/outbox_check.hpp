#pragma once

// Reads every row and holds it against its hash, in slices, also while the outbox is in use. What is not what was
// written becomes a loss record, as it would when it is its turn to be sent.

#include <cstdint>

#include "sync/outbox/row_walk.hpp"

namespace vitald {

class OutboxCheck {
 public:
  explicit OutboxCheck(Outbox& outbox) : outbox_(outbox), walk_(outbox, outbox.inventory()) {}

  // false: through.
  Result<bool> next();

  struct Found {
    std::uint64_t batches = 0, readings = 0, bytes = 0;  // good
    std::uint64_t damaged = 0;                           // batches
  };
  const Found& found() const { return found_; }

 private:
  Outbox& outbox_;
  RowWalk walk_;
  Found found_;
};

}  // namespace vitald
