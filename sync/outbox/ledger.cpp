#include "sync/outbox/ledger.hpp"

#include <algorithm>

#include "sync/batch/builder.hpp"

namespace vitald {
namespace {

bool same_kind(const Loss& a, const Loss& b) {
  return a.reason == b.reason && a.class_ == b.class_ && a.epoch == b.epoch && a.boot == b.boot && a.sensor == b.sensor;
}

void merge(Loss& into, const Loss& loss) {
  into.readings += loss.readings;
  into.first = std::min(into.first, loss.first);
  into.last = std::max(into.last, loss.last);
  RangeSet ranges{into.ranges};
  for (const Range& range : loss.ranges) ranges.add(range);
  into.ranges.assign(ranges.ranges().begin(), ranges.ranges().end());
}

}  // namespace

void Ledger::add(const Loss& loss) {
  const auto kin = std::find_if(losses_.begin(), losses_.end(), [&](const Loss& other) {
    return same_kind(other, loss) && other.ranges.size() + loss.ranges.size() <= kRangesInALoss;
  });
  if (kin == losses_.end()) {
    losses_.push_back(loss);
  } else {
    merge(*kin, loss);
  }
}

std::size_t Ledger::ranges() const {
  std::size_t count = 0;
  for (const Loss& loss : losses_) count += loss.ranges.size();
  return count;
}

std::vector<Loss> Ledger::take() {
  const auto end = losses_.begin() + static_cast<std::ptrdiff_t>(std::min(losses_.size(), kLossesInABatch));
  std::vector<Loss> taken(losses_.begin(), end);
  losses_.erase(losses_.begin(), end);
  return taken;
}

void Ledger::put_back(const std::vector<Loss>& losses) {
  for (const Loss& loss : losses) add(loss);
}

ClosedBatch loss_batch(const std::vector<Loss>& losses, BootTime now) {
  BodyBuilder builder;
  for (const Loss& loss : losses) builder.add(loss);
  return {Class::alarm, 0, now, now, builder.finish()};
}

}  // namespace vitald
