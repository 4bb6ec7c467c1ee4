#include "sync/outbox/unwritten.hpp"

#include <algorithm>

namespace vitald {

void Unwritten::push(SealedBatch batch) {
  bytes_ += batch.row.bytes.size();
  batches_.push_back(std::move(batch));
}

void Unwritten::pop_front(std::size_t count) {
  for (; count > 0; --count) {
    bytes_ -= batches_.front().row.bytes.size();
    batches_.pop_front();
  }
}

void Unwritten::pop_back() {
  bytes_ -= batches_.back().row.bytes.size();
  batches_.pop_back();
}

std::size_t Unwritten::fitting(std::uint64_t bytes) const {
  std::size_t count = 0;
  for (std::uint64_t sum = 0; count < batches_.size(); ++count) {
    sum += batches_[count].row.bytes.size();
    if (sum > bytes) break;
  }
  return std::max<std::size_t>(count, batches_.empty() ? 0 : 1);
}

std::optional<SealedBatch> Unwritten::overflow() {
  if (bytes_ <= kBytes) return std::nullopt;
  for (const Class class_ : {Class::waveform, Class::vital, Class::alarm}) {
    const auto oldest = std::find_if(batches_.begin(), batches_.end(),
                                     [class_](const SealedBatch& batch) { return batch.row.class_ == class_; });
    if (oldest == batches_.end()) continue;
    SealedBatch batch = std::move(*oldest);
    bytes_ -= batch.row.bytes.size();
    batches_.erase(oldest);
    return batch;
  }
  return std::nullopt;
}

}  // namespace vitald
