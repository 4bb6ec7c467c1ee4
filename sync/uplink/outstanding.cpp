#include "sync/uplink/outstanding.hpp"

#include <algorithm>

namespace vitald {

namespace {

constexpr Microseconds kCrossing = std::chrono::seconds(2);  // a wish and the batch may have crossed

void append(std::vector<EpochRange>& ranges, BatchId batch) {
  const bool follows =
      !ranges.empty() && ranges.back().epoch == batch.epoch && ranges.back().range.last + 1 == batch.number;
  if (follows) {
    ranges.back().range.last = batch.number;
  } else {
    ranges.push_back({batch.epoch, {batch.number, batch.number}});
  }
}

}  // namespace

bool Outstanding::published(BatchId batch, std::uint32_t readings) {
  const auto [place, is_new] = waiting_.try_emplace(batch);
  Wait& wait = place->second;
  wait.readings = readings;
  wait.patience = is_new ? patience_.first : std::min(patience_.longest, wait.patience * 2);
  wait.acknowledged = wait.due = kNever;
  return !is_new;
}

void Outstanding::acknowledged(BatchId batch, BootTime now) {
  const auto found = waiting_.find(batch);
  if (found == waiting_.end()) return;
  found->second.acknowledged = now;
  found->second.due = now + found->second.patience;
}

std::pair<std::uint64_t, std::uint64_t> Outstanding::settled(std::uint64_t epoch, const RangeSet& stored) {
  std::uint64_t batches = 0, readings = 0;
  for (auto at = waiting_.lower_bound({epoch, 0}); at != waiting_.end() && at->first.epoch == epoch;) {
    if (stored.contains(at->first.number)) {
      ++batches;
      readings += at->second.readings;
      at = waiting_.erase(at);
    } else {
      ++at;
    }
  }
  return {batches, readings};
}

void Outstanding::gone(EpochRange batches) {
  waiting_.erase(waiting_.lower_bound({batches.epoch, batches.range.first}),
                 waiting_.upper_bound({batches.epoch, batches.range.last}));
}

std::vector<EpochRange> Outstanding::due(BootTime now) {
  std::vector<EpochRange> ranges;
  for (auto& [batch, wait] : waiting_) {
    if (wait.due > now) continue;
    wait.due = now + wait.patience;
    append(ranges, batch);
  }
  return ranges;
}

bool Outstanding::may_repeat(BatchId batch, bool is_wanted, BootTime now) const {
  const auto found = waiting_.find(batch);
  if (found == waiting_.end()) return is_wanted;
  const BootTime acknowledged = found->second.acknowledged;
  return acknowledged != kNever && (!is_wanted || now - acknowledged >= kCrossing);
}

BootTime Outstanding::next_due() const {
  BootTime next = kNever;
  for (const auto& [batch, wait] : waiting_) next = std::min(next, wait.due);
  return next;
}

}  // namespace vitald
