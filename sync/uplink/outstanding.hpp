#pragma once

// The batches that were published and wait for the receiver's word. Waiting never cuts the link: a batch that hears
// nothing is due again, at first after `patience`, then after twice as long each time. How many may wait is the
// receiver's to say (credit).
//
// Pure.

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "platform/model/instant.hpp"
#include "sync/batch/range.hpp"
#include "sync/outbox/outbox.hpp"

namespace vitald {

struct BatchId {
  std::uint64_t epoch = 0, number = 0;
  friend auto operator<=>(const BatchId&, const BatchId&) = default;
};

struct EpochRange {
  std::uint64_t epoch = 0;
  Range range;
  friend bool operator==(const EpochRange&, const EpochRange&) = default;
};

struct Patience {
  Microseconds first = std::chrono::seconds(30);
  Microseconds longest = std::chrono::minutes(10);
};

class Outstanding {
 public:
  explicit Outstanding(Patience patience) : patience_(patience) {}

  // Published; true when it has been before. Its patience starts with acknowledged().
  bool published(BatchId batch, std::uint32_t readings);
  void acknowledged(BatchId batch, BootTime now);  // PUBACKed: the broker has it, the receiver perhaps
  // The receiver has them; how many batches and readings of ours that settles.
  std::pair<std::uint64_t, std::uint64_t> settled(std::uint64_t epoch, const RangeSet& stored);
  void gone(EpochRange batches);  // not in the outbox any more: never asked for again

  // What has waited too long, as ranges of one epoch; its patience begins anew.
  std::vector<EpochRange> due(BootTime now);
  // May it be sent again: not while it is in flight or was acknowledged a moment ago (a receipt may have crossed it),
  // and when the receiver does not want it, only while it still waits.
  bool may_repeat(BatchId batch, bool is_wanted, BootTime now) const;
  BootTime next_due() const;  // far away when nothing waits

  std::size_t size() const { return waiting_.size(); }

 private:
  static constexpr BootTime kNever = BootTime(std::chrono::hours(24 * 365 * 200));
  struct Wait {
    std::uint32_t readings = 0;
    Microseconds patience{};
    BootTime acknowledged = kNever, due = kNever;  // kNever: in flight
  };

  Patience patience_;
  std::map<BatchId, Wait> waiting_;
};

}  // namespace vitald
