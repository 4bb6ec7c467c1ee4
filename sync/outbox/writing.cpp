// The outbox's way to the disk: batches are numbered and sealed, then written with everything else that is due in one
// transaction.

#include <filesystem>

#include "platform/storage/transaction.hpp"
#include "sync/outbox/sqlite_outbox.hpp"

namespace vitald {
namespace {

constexpr std::uint64_t kEraseAtOnce = 64;   // positions: whole pages leave, which are not even written
constexpr std::uint64_t kEraseAtMost = 256;  // in one transaction, so that it stays small
constexpr std::uint64_t kSparePages = 16;    // what a transaction needs besides its batches
constexpr std::uint64_t kRangesAPage = 40;

// Pages that a row may take, rounded up.
std::uint64_t pages_for(const Row& row) { return row.bytes.size() / (kPageBytes - 4) + 2; }

Loss loss_of(const SealedBatch& batch) { return loss_of(batch.row, batch.epoch, LossReason::commit_failed); }

Loss loss_of(const ClosedBatch& batch, const BootId& boot) {
  return {LossReason::commit_failed, batch.class_, batch.readings, boot, batch.first, batch.last, 0, {}, {}};
}

}  // namespace

Result<void> SqliteOutbox::commit(std::span<ClosedBatch> batches, std::span<const StoredCursor> cursors) {
  const Result<void> numbered = number(batches);
  const Result<void> opened = ready();
  const bool idle = !dirty() && cursors.empty();
  const Result<void> written = opened && !idle ? write(cursors) : opened;
  drop_overflow();
  return written ? numbered : written.error().in("committing");
}

Result<void> SqliteOutbox::flush() {
  if (!dirty()) return {};
  return commit({}, {});
}

bool SqliteOutbox::dirty() const {
  return !unwritten_.empty() || !ledger_.empty() || !receipts_.empty() || !condemned_.empty();
}

Result<void> SqliteOutbox::number(std::span<ClosedBatch> batches) {
  Result<void> all;
  for (const ClosedBatch& batch : batches) {
    Result<SealedBatch> sealed = sealer_.seal(batch);
    if (sealed) {
      unwritten_.push(std::move(*sealed));
    } else {
      all = sealed.error();
      ledger_.add(loss_of(batch, settings_.boot));
    }
  }
  return all;
}

// What cannot be kept in memory until the disk takes it is declared lost.
void SqliteOutbox::drop_overflow() {
  while (const std::optional<SealedBatch> dropped = unwritten_.overflow()) ledger_.add(loss_of(*dropped));
}

// Several transactions only when more is waiting than one may hold.
Result<void> SqliteOutbox::write(std::span<const StoredCursor> cursors) {
  do {
    Result<void> written = write_portion(cursors);
    if (!written) {
      const bool afresh = written.error().code() == Code::corrupt;
      fail(written.error());
      if (afresh && store_) written = write_portion(cursors);  // the fresh store takes what the damaged one refused
    }
    if (!written) return written;
  } while (!unwritten_.empty());
  return {};
}

Result<void> SqliteOutbox::write_portion(std::span<const StoredCursor> cursors) {
  const Result<void> copied = copy_log_back();
  if (!copied) return copied;
  const std::size_t portion = unwritten_.fitting(budget_.commit_bytes);
  const bool last = portion == unwritten_.size();  // a cursor must not run ahead of its readings
  Result<Transaction> transaction = Transaction::begin(store_->database());
  if (!transaction) return transaction.error();
  const Result<void> filled = fill(last ? cursors : std::span<const StoredCursor>(), portion);
  if (!filled) return filled;
  const Result<void> durable = transaction->commit();
  if (!durable) return durable;
  committed(portion);
  return {};
}

Result<void> SqliteOutbox::fill(std::span<const StoredCursor> cursors, std::size_t portion) {
  telling_ = false;
  Result<void> done = erase_what_must_go(portion);
  if (done) done = make_room(portion);
  if (done) done = insert(0, portion);
  if (done) done = tell_losses();
  if (done) done = store_->cursors().put(cursors);
  for (const Loss& loss : told_) store_->counters().add_lost(loss.reason, loss.class_, loss.readings);
  return done ? store_->save() : done;
}

// What was condemned, and confirmed rows whose keep time is over: many at once or none.
Result<void> SqliteOutbox::erase_what_must_go(std::size_t portion) {
  for (const Condemned& condemned : condemned_) {
    const Result<void> erased = store_->erase(condemned.class_, condemned.range, [](const Row&, bool) {});
    if (!erased) return erased;
  }
  const BootTime now = settings_.now();
  if (kept_.due(now, kEraseAtOnce) < kEraseAtOnce) return {};
  const std::uint64_t most = std::max<std::uint64_t>(kEraseAtMost, 4 * portion);
  for (std::uint64_t count = 0; count < most;) {
    const std::optional<Range> range = kept_.take(now, kEraseAtOnce, false);
    if (!range) return {};
    count += range->last - range->first + 1;
    const Result<void> erased = store_->erase_confirmed(*range);
    if (!erased) return erased;
  }
  return {};
}

Result<void> SqliteOutbox::make_room(std::size_t portion) {
  std::uint64_t pages = kSparePages + ledger_.ranges() / kRangesAPage;
  for (std::size_t i = 0; i < portion; ++i) pages += pages_for(unwritten_[i].row);
  const Result<std::uint64_t> free = store_->free_pages(budget_, false);
  if (free && *free >= pages) return {};  // nothing has to grow: the file system need not be asked
  std::error_code error;
  const auto folder = std::filesystem::path(settings_.file).parent_path();
  const auto space = std::filesystem::space(folder.empty() ? "." : folder, error);
  const bool may_grow = error || space.available > budget_.headroom_bytes;
  return Room(*store_, kept_, ledger_, condemned_).make(budget_, pages, may_grow);
}

Result<void> SqliteOutbox::insert(std::size_t first, std::size_t end) {
  for (std::size_t i = first; i < end; ++i) {
    const Result<bool> inserted = store_->insert(unwritten_[i].epoch, unwritten_[i].row);
    if (!inserted) return inserted.error();
    lanes_.arrived(unwritten_[i].row.class_, unwritten_[i].row.position);
  }
  return {};
}

// The losses so far become a batch of this transaction. It stays told when the transaction fails: the batch is tried
// again.
Result<void> SqliteOutbox::tell_losses() {
  if (ledger_.empty()) return {};
  const std::vector<Loss> losses = ledger_.take();
  Result<SealedBatch> sealed = sealer_.seal(loss_batch(losses, settings_.now()));
  if (!sealed) {
    ledger_.put_back(losses);
    return sealed.error();
  }
  told_.insert(told_.end(), losses.begin(), losses.end());
  unwritten_.push(std::move(*sealed));
  telling_ = true;
  return insert(unwritten_.size() - 1, unwritten_.size());
}

void SqliteOutbox::committed(std::size_t portion) {
  if (telling_) unwritten_.pop_back();
  unwritten_.pop_front(portion);
  receipts_.clear();
  condemned_.clear();
  told_.clear();
  ++commits_;
}

// Within the bound of the log. A disk that is full keeps the copy from being made: the log may then grow a little, no
// more.
Result<void> SqliteOutbox::copy_log_back() {
  Database& database = store_->database();
  const auto pages = static_cast<std::uint64_t>(database.log_pages());
  if (pages < budget_.log_pages) return {};
  const Result<void> copied = database.checkpoint();
  const bool room = pages < budget_.log_pages + budget_.log_pages / 4;
  if (!copied && copied.error().code() == Code::full && room) return {};
  return copied;
}

}  // namespace vitald
