#include "sync/outbox/salvage.hpp"

#include <algorithm>

namespace vitald {
namespace {

constexpr std::uint32_t kPagesABlock = 4;  // a file system's block
constexpr int kMostPasses = 8;

}  // namespace

std::vector<FoundBatch> Salvage::next(std::uint32_t slice) {
  std::vector<FoundBatch> found;
  for (const std::uint32_t end = at_ + slice; at_ <= pages_.pages() && at_ < end; ++at_) {
    PageRows rows = rows_on(pages_, at_);
    if (!second_) {
      for (const Range& range : rows.settled) settled_.add(range);
      continue;
    }
    if (!rows.batches.empty()) waiting_[at_] = rows.batches.size();
    for (FoundBatch& batch : rows.batches) {
      const bool waits = batch.envelope.device == device_ && !was_settled(batch.row.position);
      if (!waits) forget(batch);
      if (waits) found.push_back(std::move(batch));
    }
  }
  if (!second_ && at_ > pages_.pages()) {
    second_ = true;
    at_ = 1;
  }
  return found;
}

bool Salvage::again() {
  if (passes_ == kMostPasses) return false;
  ++passes_;
  at_ = 1;
  return true;
}

void Salvage::moved(const std::vector<FoundBatch>& batches) {
  for (const FoundBatch& batch : batches) forget(batch);
}

void Salvage::forget(const FoundBatch& batch) {
  for (const std::uint32_t page : batch.overflow) forget(page);
  const auto leaf = waiting_.find(batch.leaf);
  if (leaf == waiting_.end() || --leaf->second > 0) return;
  waiting_.erase(leaf);
  forget(batch.leaf);
}

void Salvage::forget(std::uint32_t page) {
  if (page >= needless_.size()) return;
  needless_[page] = true;
  const std::uint32_t first = (page - 1) / kPagesABlock * kPagesABlock + 1;
  for (std::uint32_t other = first; other < first + kPagesABlock; ++other) {
    if (other >= needless_.size() || !needless_[other]) return;
  }
  pages_.release(first, kPagesABlock);
}

}  // namespace vitald
