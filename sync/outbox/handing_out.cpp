// What leaves the outbox: batches by lane, named batches again, and the receipts that come back for them.

#include <algorithm>

#include "sync/outbox/sqlite_outbox.hpp"

namespace vitald {
namespace {

Error away() { return {Code::unavailable, "the outbox's disk is away"}; }

}  // namespace

Result<std::vector<StoredBatch>> SqliteOutbox::take(Lane lane, std::size_t max_bytes, std::size_t max_batches) {
  if (!store_) return away();
  Result<std::vector<StoredBatch>> batches = collect(lane, max_bytes, max_batches);
  if (!batches) fail(batches.error());
  return batches;
}

Result<std::vector<StoredBatch>> SqliteOutbox::collect(Lane lane, std::size_t max_bytes, std::size_t max_batches) {
  std::vector<StoredBatch> batches;
  std::size_t bytes = 0;
  while (batches.size() < std::max<std::size_t>(max_batches, 1)) {
    const Result<std::optional<Candidate>> next = lanes_.next(*store_, lane);
    if (!next) return next.error();
    if (!*next) break;
    Result<std::optional<Row>> row = store_->rows((*next)->class_).read((*next)->position);
    if (!row) return row.error();
    if (*row && !batches.empty() && bytes + (*row)->bytes.size() > max_bytes) break;
    lanes_.took(**next);
    if (!*row) {
      condemn_rotten((*next)->class_, (*next)->position);
      continue;
    }
    bytes += (*row)->bytes.size();
    batches.push_back(stored(std::move(**row)));
  }
  return batches;
}

// It is not what was written: it leaves with the next transaction, which also names it in a loss record.
void SqliteOutbox::condemn_rotten(Class class_, Position position) {
  const Epoch* epoch = store_->epochs().at(position);
  const Result<std::optional<Row>> head = store_->rows(class_).head(position);
  if (epoch == nullptr || !head || !*head) return;
  if (!store_->settled().contains(position)) ledger_.add(loss_of(**head, *epoch, LossReason::corrupt));
  condemned_.push_back({class_, {position, position}});
}

StoredBatch SqliteOutbox::stored(Row row) const {
  const Epoch& epoch = *store_->epochs().at(row.position);
  return {epoch.id, row.position - epoch.base, row.class_, row.readings, row.last, std::move(row.bytes)};
}

Result<std::vector<StoredBatch>> SqliteOutbox::read(std::uint64_t epoch_id, Range range, std::size_t max_bytes) {
  if (!store_) return away();
  std::vector<StoredBatch> batches;
  const Epoch* epoch = store_->epochs().find(epoch_id);
  if (epoch == nullptr) return batches;
  const Position last = epoch->base + std::min(range.last, epoch->last);
  std::size_t bytes = 0;
  for (Position from = epoch->base + std::max<std::uint64_t>(range.first, 1); from <= last; ++from) {
    const Result<std::optional<Row>> head = store_->head_from(from);
    if (!head) return head.error();
    if (!*head || (*head)->position > last) break;
    from = (*head)->position;
    Result<std::optional<Row>> row = store_->rows((*head)->class_).read(from);
    if (!row) return row.error();
    if (!*row) {
      condemn_rotten((*head)->class_, from);
      continue;
    }
    bytes += (*row)->bytes.size();
    if (!batches.empty() && bytes > max_bytes) break;
    batches.push_back(stored(std::move(**row)));
  }
  return batches;
}

Result<void> SqliteOutbox::receipted(std::uint64_t epoch_id, const RangeSet& stored) {
  if (!store_) return away();
  const Epoch* epoch = store_->epochs().find(epoch_id);
  if (epoch == nullptr) return Error(Code::not_found, "a receipt for an epoch that the store does not hold");
  for (const Range& range : stored.ranges()) {
    if (range.first == 0 || range.last > epoch->last) {
      return Error(Code::invalid, "a receipt for batch " + std::to_string(range.last) + " of an epoch that ends at " +
                                      std::to_string(epoch->last));
    }
  }
  for (const Range& range : stored.ranges()) {
    const Result<std::vector<Range>> settled = store_->settle({epoch->base + range.first, epoch->base + range.last});
    if (!settled) {
      const Error error = settled.error();
      fail(error);
      return error;
    }
    for (const Range& part : *settled) {
      receipts_.push_back(part);
      kept_.add(part, settings_.now());
    }
  }
  return {};
}

}  // namespace vitald
