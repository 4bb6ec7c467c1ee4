#include "sync/outbox/sqlite_outbox.hpp"

#include <algorithm>

namespace vitald {

Result<std::unique_ptr<Outbox>> Outbox::open(OutboxSettings settings) {
  Result<StoreLock> lock = StoreLock::acquire(settings.file + ".lock");
  if (!lock) return lock.error();
  auto outbox = std::make_unique<SqliteOutbox>(std::move(settings), std::move(*lock));
  const Result<void> opened = outbox->open_store();
  if (!opened) return opened.error();
  return {std::move(outbox)};
}

SqliteOutbox::SqliteOutbox(OutboxSettings settings, StoreLock lock)
    : settings_(std::move(settings)), lock_(std::move(lock)), sealer_(settings_), kept_(settings_.keep) {
  if (lock_.unclean()) check_.fill(Position{0});
}

SqliteOutbox::~SqliteOutbox() {
  if (store_) (void)store_->database().checkpoint();  // the next start has no log to read
}

std::vector<StoredCursor> SqliteOutbox::cursors() const {
  return store_ ? store_->cursors().all() : std::vector<StoredCursor>();
}

std::vector<HeldEpoch> SqliteOutbox::inventory() const {
  return store_ ? held(store_->gone()) : std::vector<HeldEpoch>();
}

std::vector<HeldEpoch> SqliteOutbox::waiting() const {
  return store_ ? held(store_->settled()) : std::vector<HeldEpoch>();
}

std::vector<HeldEpoch> SqliteOutbox::held(const CountedRanges& without) const {
  std::vector<HeldEpoch> held;
  for (const Epoch& epoch : store_->epochs().all()) {
    HeldEpoch& entry = held.emplace_back(HeldEpoch{epoch.id, epoch.last, {}});
    if (epoch.last == 0) continue;
    for (const Range& range : without.gaps(epoch.positions())) {
      entry.ranges.push_back({range.first - epoch.base, range.last - epoch.base});
    }
  }
  return held;
}

OutboxStats SqliteOutbox::stats() const {
  OutboxStats stats;
  stats.quota = settings_.quota;
  stats.commits = commits_;
  stats.failed_commits = failed_commits_;
  if (!store_) return stats;
  stats.batches = store_->waiting_batches();
  stats.readings = store_->waiting_readings();
  stats.bytes = store_->database().file_bytes() + store_->database().log_bytes() + set_aside_bytes_;
  stats.lost = store_->counters().lost();
  std::uint64_t lost_batches = 0, never_stored = 0;  // readings
  for (const OutboxStats::LossCount& count : stats.lost) {
    if (count.reason == LossReason::commit_failed) never_stored += count.readings;
    if (count.reason == LossReason::evicted || count.reason == LossReason::corrupt) lost_batches += count.readings;
  }
  stats.recorded = store_->numbered_readings() - std::min(never_stored, store_->numbered_readings());
  stats.confirmed = stats.recorded - std::min(stats.recorded, stats.readings + lost_batches);
  stats.filled = filled();
  stats.set_aside = damaged(settings_.file);
  stats.set_aside_bytes = set_aside_bytes_;
  stats.salvaged = salvaged_;
  find_oldest(stats);
  count_recipients(stats);
  return stats;
}

// Confirmed batches give way at any time, so they do not count: rows are taken for equally large.
double SqliteOutbox::filled() const {
  std::uint64_t in_place = 0;
  for (const Epoch& epoch : store_->epochs().all()) in_place += epoch.last;
  in_place -= std::min(in_place, store_->gone().count());
  const Result<std::uint64_t> free = store_->free_pages(budget_, true);
  if (in_place == 0 || !free) return 0;
  const auto pages = static_cast<double>(budget_.database_pages());
  const double used = 1 - std::min(1.0, static_cast<double>(*free) / pages);
  return used * static_cast<double>(store_->waiting_batches()) / static_cast<double>(in_place);
}

void SqliteOutbox::count_recipients(OutboxStats& stats) const {
  for (const Epoch& epoch : store_->epochs().all()) {
    if (epoch.last == 0) continue;
    std::uint64_t waiting = 0;
    for (const Range& range : store_->settled().gaps(epoch.positions())) waiting += range.last - range.first + 1;
    if (waiting == 0) continue;
    auto known = std::ranges::find(stats.recipients, epoch.recipient, &OutboxStats::Recipient::key);
    if (known == stats.recipients.end()) known = stats.recipients.insert(known, {epoch.recipient, 0});
    known->batches += waiting;
  }
}

// The oldest row that still waits.
void SqliteOutbox::find_oldest(OutboxStats& stats) const {
  for (const Epoch& epoch : store_->epochs().all()) {
    if (epoch.last == 0) continue;
    const std::vector<Range> waiting = store_->settled().gaps(epoch.positions());
    if (waiting.empty()) continue;
    const Result<std::optional<Row>> row = store_->head_from(waiting.front().first);
    if (!row || !*row) return;
    stats.oldest_of_earlier_boot = epoch.boot != settings_.boot;
    if (!stats.oldest_of_earlier_boot) stats.oldest = (*row)->last;
    return;
  }
}

}  // namespace vitald
