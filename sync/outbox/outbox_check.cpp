#include "sync/outbox/outbox_check.hpp"

#include <algorithm>

namespace vitald {
namespace {

// Of what is held of that epoch, how many of these numbers.
std::uint64_t held_of(const std::vector<HeldEpoch>& held, std::uint64_t epoch, Range numbers) {
  const auto found = std::ranges::find(held, epoch, &HeldEpoch::epoch);
  if (found == held.end()) return 0;
  std::uint64_t count = 0;
  for (const Range& range : found->ranges) {
    const std::uint64_t first = std::max(range.first, numbers.first), last = std::min(range.last, numbers.last);
    if (first <= last) count += last - first + 1;
  }
  return count;
}

}  // namespace

Result<bool> OutboxCheck::next() {
  const std::vector<HeldEpoch> held = outbox_.inventory();  // rows may have left since the last slice
  const auto slice = walk_.next();
  if (!slice) return slice.error();
  if (!*slice) return false;
  const auto& batches = (*slice)->batches;
  for (const StoredBatch& batch : batches) {
    ++found_.batches;
    found_.readings += batch.readings;
    found_.bytes += batch.bytes.size();
  }
  const std::uint64_t expected = held_of(held, (*slice)->epoch, (*slice)->numbers);
  found_.damaged += expected - std::min<std::uint64_t>(expected, batches.size());
  return true;
}

}  // namespace vitald
