#include "sync/outbox/salvage.hpp"

#include <algorithm>

namespace vitald {
namespace {

constexpr std::uint32_t kPagesABlock = 4;  // a file system's block

}  // namespace

std::vector<FoundBatch> Salvage::next(std::uint32_t slice) {
  std::vector<FoundBatch> found;
  for (const std::uint32_t end = at_ + slice; at_ <= pages_.pages() && at_ < end; ++at_) {
    PageRows rows = rows_on(pages_, at_);
    if (!second_) {
      for (const Range& range : rows.settled) settled_.add(range);
      continue;
    }
    for (FoundBatch& batch : rows.batches) {
      if (batch.envelope.device == device_ && !was_settled(batch.row.position)) found.push_back(std::move(batch));
    }
  }
  if (!second_ && at_ > pages_.pages()) {
    second_ = true;
    at_ = 1;
  }
  return found;
}

// Overflow pages of one batch mostly stand side by side; only whole blocks can be given back.
void Salvage::moved(const std::vector<FoundBatch>& batches) {
  for (const FoundBatch& batch : batches) {
    for (std::size_t i = 0; i < batch.overflow.size(); ++i) {
      const std::uint32_t first = batch.overflow[i];
      std::uint32_t count = 1;
      while (i + 1 < batch.overflow.size() && batch.overflow[i + 1] == first + count) ++count, ++i;
      const std::uint32_t whole = (first - 1 + kPagesABlock - 1) / kPagesABlock * kPagesABlock + 1;
      const std::uint32_t end = (first - 1 + count) / kPagesABlock * kPagesABlock + 1;
      if (end > whole) pages_.release(whole, end - whole);
    }
  }
}

}  // namespace vitald
