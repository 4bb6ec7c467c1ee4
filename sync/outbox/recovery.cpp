// What the outbox does when its file fails it. Full: nothing was written, the next commit tries again. Damaged: the
// file is set aside and a fresh one takes over at once. Anything else leaves the disk suspect: the file is closed, its
// log is written again (after a failed sync the kernel shows bytes that never reached the disk), and a new epoch
// begins.

#include <algorithm>

#include "platform/storage/log_file.hpp"
#include "sync/outbox/sqlite_outbox.hpp"
#include "sync/outbox/trim.hpp"

namespace vitald {

Result<void> SqliteOutbox::open_store() {
  const Result<void> alone = set_lone_log_aside(settings_.file);
  if (!alone) return alone;
  const Result<void> rewritten = suspect_ ? rewrite_log(log_of(settings_.file)) : Result<void>();
  if (!rewritten) return rewritten;
  suspect_ = false;
  const Result<void> opened = open_file();
  if (opened || (opened.error().code() != Code::corrupt && opened.error().code() != Code::invalid)) return opened;
  return start_afresh(opened.error().code() == Code::corrupt ? AsideKind::damaged : AsideKind::foreign);
}

Result<void> SqliteOutbox::open_file() {
  divide_quota();
  Result<std::unique_ptr<Store>> store = Store::open(settings_.file, settings_.device, budget_);
  if (!store) return store.error();
  store_ = std::move(*store);
  sealer_.begin_from(std::max(store_->next_base(), first_base(std::max(lock_.generation(), kFirstGeneration))));
  restore_memory();
  return {};
}

void SqliteOutbox::divide_quota() {
  trim_set_aside(settings_.file, most_set_aside(settings_.quota));
  set_aside_bytes_ = set_aside_bytes(settings_.file);
  budget_ = divide(settings_.quota, set_aside_bytes_);
}

Result<void> SqliteOutbox::start_afresh(AsideKind kind) {
  store_.reset();
  const Result<void> renamed = set_aside(settings_.file, kind);
  if (!renamed) return renamed;
  const std::uint64_t generation = std::max({lock_.generation(), generation_of(sealer_.next_base()), kFirstGeneration});
  const Result<void> marked = lock_.set_generation(generation + 1);
  if (!marked) return marked;
  return open_file();
}

// Receipts that were not written yet count again; what is confirmed and in place is kept from now on.
void SqliteOutbox::restore_memory() {
  kept_.clear();
  for (const Range& range : std::exchange(receipts_, {})) {
    const Epoch* epoch = store_->epochs().at(range.first);
    if (epoch == nullptr || range.last > epoch->positions().last) continue;
    if (store_->settle(range)) receipts_.push_back(range);
  }
  for (const Epoch& epoch : store_->epochs().all()) {
    if (epoch.last == 0) continue;
    for (const Range& settled : store_->settled().inside(epoch.positions())) {
      for (const Range& in_place : store_->gone().gaps(settled)) kept_.add(in_place, settings_.now());
    }
  }
}

Result<void> SqliteOutbox::ready() { return store_ ? Result<void>() : open_store(); }

void SqliteOutbox::fail(const Error& error) {
  ++failed_commits_;
  if (error.code() == Code::full && store_->reload()) {
    restore_memory();
    return;
  }
  sealer_.end_epoch();
  if (error.code() == Code::corrupt) damaged_epochs_ = store_->epochs().all();
  store_.reset();
  suspect_ = error.code() != Code::corrupt;
  if (!suspect_) (void)start_afresh(AsideKind::damaged);  // when it fails, the next call tries again
}

}  // namespace vitald
