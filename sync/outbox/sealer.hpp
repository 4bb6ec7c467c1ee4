#pragma once

// Gives batches their numbers and seals them. Holds the epoch that numbering is in; a number that was given out is
// never given out again, whatever becomes of its batch.

#include <algorithm>
#include <memory>
#include <string>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "sync/batch/seal.hpp"
#include "sync/outbox/epochs.hpp"
#include "sync/outbox/outbox.hpp"
#include "sync/outbox/row.hpp"

namespace vitald {

struct SealedBatch {
  Epoch epoch;  // as far as it is known: base, id, boot
  Row row;
};

class Sealer {
 public:
  explicit Sealer(const OutboxSettings& settings) : settings_(settings) {}

  // The next epoch stands at this base or above.
  void begin_from(Position base) { next_base_ = std::max(next_base_, base); }
  // The next batch begins a new epoch.
  void end_epoch();

  // Begins an epoch where one is due. An error means that the batch got no number.
  Result<SealedBatch> seal(const ClosedBatch& batch);

  Position next_base() const { return seal_ ? epoch_.base + epoch_.last + 1 : next_base_; }

 private:
  Result<void> begin_epoch(BootTime now);
  Result<std::string> encode(const ClosedBatch& batch, std::uint64_t number);
  Result<std::string> sealed(Envelope envelope, const ClosedBatch& batch);

  const OutboxSettings& settings_;  // the outbox's own
  Position next_base_ = 0;
  Epoch epoch_;
  BootTime begun_;
  std::unique_ptr<Seal> seal_;
};

}  // namespace vitald
