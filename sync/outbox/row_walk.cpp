#include "sync/outbox/row_walk.hpp"

namespace vitald {
namespace {

constexpr std::size_t kSliceBytes = 256 << 10;

}  // namespace

Result<std::optional<RowWalk::Slice>> RowWalk::next() {
  while (epoch_ < epochs_.size() && range_ == epochs_[epoch_].ranges.size()) ++epoch_, range_ = 0;
  if (epoch_ == epochs_.size()) return std::optional<Slice>();
  Range& rest = epochs_[epoch_].ranges[range_];
  Slice slice{epochs_[epoch_].epoch, rest, {}};
  auto batches = outbox_.read(slice.epoch, rest, kSliceBytes);
  if (!batches) return batches.error();
  slice.batches = std::move(*batches);
  if (!slice.batches.empty()) slice.numbers.last = slice.batches.back().number;
  rest.first = slice.numbers.last + 1;
  if (rest.first > rest.last) ++range_;
  return std::optional(std::move(slice));
}

}  // namespace vitald
