// Moving what salvage finds into the store that took over, under the epochs and numbers it had. What was expected and
// not found becomes loss records.

#include <algorithm>
#include <filesystem>

#include "platform/storage/transaction.hpp"
#include "sync/outbox/sqlite_outbox.hpp"

namespace vitald {
namespace {

constexpr std::uint32_t kPagesASlice = 64;
constexpr std::uint64_t kRoomLeft = 64;  // pages that salvage leaves to new batches

Epoch epoch_of(const FoundBatch& found) {
  return {found.row.position - found.envelope.number,
          found.envelope.epoch,
          found.envelope.boot,
          0,
          0,
          found.envelope.recipient};
}

}  // namespace

bool SqliteOutbox::salvage_slice() {
  if (!salvage_) {
    const std::vector<std::string> files = damaged(settings_.file);
    if (files.empty()) return false;
    salvage_ = std::make_unique<Salvage>(files.front(), settings_.device);
  }
  std::vector<FoundBatch> found = salvage_->next(kPagesASlice);
  const Result<void> moved = move(found);
  if (!moved) {
    salvage_.reset();  // begins again when the store is back; what was moved is known by its number
    fail(moved.error());
    return true;
  }
  salvage_->moved(found);
  if (!found.empty()) share_out();
  if (salvage_->done()) end_pass();
  return true;
}

// Leaves in `found` what was moved.
Result<void> SqliteOutbox::move(std::vector<FoundBatch>& found) {
  if (found.empty()) return {};
  Result<Transaction> transaction = Transaction::begin(store_->database());
  if (!transaction) return transaction.error();
  std::vector<FoundBatch> taken;
  std::uint64_t fresh = 0;  // of an earlier pass, the others
  for (FoundBatch& batch : found) {
    const Result<bool> room = fits(batch.row);
    if (!room) return room.error();
    salvage_skipped_ = salvage_skipped_ || !*room;
    if (!*room) continue;
    const Result<bool> inserted = store_->insert(epoch_of(batch), batch.row);
    if (!inserted) return inserted.error();
    fresh += *inserted ? 1 : 0;
    if (*inserted) lanes_.arrived(batch.row.class_, batch.row.position);
    taken.push_back(std::move(batch));
  }
  found = std::move(taken);
  const Result<void> saved = store_->save();
  const Result<void> durable = saved ? transaction->commit() : saved;
  if (durable) salvaged_ += fresh;
  salvage_moved_ = salvage_moved_ || fresh > 0;
  return durable;
}

Result<bool> SqliteOutbox::fits(const Row& row) {
  const Result<std::uint64_t> free = store_->free_pages(budget_, true);
  if (!free) return free.error();
  return *free > kRoomLeft + row.bytes.size() / kPageBytes;
}

// Batches that had no room get another chance as long as others move on.
void SqliteOutbox::end_pass() {
  const bool skipped = std::exchange(salvage_skipped_, false), moved = std::exchange(salvage_moved_, false);
  if (skipped && moved && salvage_->again()) return;
  finish_salvage();
}

void SqliteOutbox::finish_salvage() {
  name_what_is_missing();
  const std::string file = salvage_->file();
  salvage_.reset();
  std::error_code error;
  std::filesystem::remove(file, error);
  std::filesystem::remove(log_of(file), error);
  share_out();
}

// What salvage gave back to the disk is the store's.
void SqliteOutbox::share_out() {
  divide_quota();
  (void)store_->limit(budget_);
}

// Of every epoch below the present store's own: numbers that neither came over nor were settled before.
void SqliteOutbox::name_what_is_missing() {
  std::vector<Epoch> expected = std::exchange(damaged_epochs_, {});
  for (const Epoch& epoch : store_->epochs().all()) {
    const bool known = std::any_of(expected.begin(), expected.end(), [&](const Epoch& e) { return e.id == epoch.id; });
    if (!known && generation_of(epoch.base) < lock_.generation()) expected.push_back(epoch);
  }
  const CountedRanges settled(salvage_->settled());
  for (const Epoch& epoch : expected) {
    if (epoch.last == 0) continue;
    const Epoch* here = store_->epochs().find(epoch.id);
    for (const Range& unsettled : settled.gaps(epoch.positions())) {
      const Position end = here == nullptr ? epoch.base : here->positions().last;
      for (const Range& gone : store_->gone().inside({unsettled.first, std::min(unsettled.last, end)})) {
        name_missing(epoch, gone);
      }
      const Position beyond = std::max(unsettled.first, end + 1);
      if (beyond <= unsettled.last) name_missing(epoch, {beyond, unsettled.last});
    }
  }
}

// Where both neighbours are there, their running totals tell how many readings are missing.
void SqliteOutbox::name_missing(const Epoch& epoch, Range range) {
  const auto head = [&](Position position) -> std::optional<Row> {
    const Result<std::optional<Row>> row = store_->head_from(position);
    return row && *row && (*row)->position == position ? *row : std::nullopt;
  };
  const std::optional<Row> before = head(range.first - 1), after = head(range.last + 1);
  Loss loss;
  loss.reason = LossReason::corrupt;
  loss.class_ = Class::vital;  // of any class, in truth
  loss.boot = epoch.boot;
  loss.epoch = epoch.id;
  loss.ranges = {{range.first - epoch.base, range.last - epoch.base}};
  const bool bounded = after && (before || range.first == epoch.base + 1);
  if (bounded) loss.readings = after->total - after->readings - (before ? before->total : 0);
  loss.first = before ? before->last : after ? after->first : BootTime();
  loss.last = after ? after->first : loss.first;
  ledger_.add(loss);
}

}  // namespace vitald
