#include "sync/outbox/room.hpp"

#include <algorithm>

namespace vitald {
namespace {

constexpr std::uint64_t kConfirmedAtOnce = 64, kEvictedAtOnce = 32;  // positions
// Once something must go, so much more goes: fewer and larger loss records.
constexpr std::uint64_t kSlackParts = 64, kSlackPages = 256;

}  // namespace

Result<void> Room::make(const Budget& budget, std::uint64_t pages, bool may_grow) {
  std::uint64_t wanted = pages;
  for (;;) {
    const Result<std::uint64_t> free = store_.free_pages(budget, may_grow);
    if (!free) return free.error();
    if (*free >= wanted) return {};
    wanted = pages + std::min(budget.database_pages() / kSlackParts, kSlackPages);
    const Result<bool> gave = give_up_something(may_grow);
    if (!gave) return gave.error();
    if (!*gave) return {};
  }
}

Result<bool> Room::give_up_something(bool alarms_too) {
  if (const std::optional<Range> confirmed = kept_.take({}, kConfirmedAtOnce, true)) {
    const Result<void> erased = store_.erase_confirmed(*confirmed);
    if (!erased) return erased.error();
    return true;
  }
  for (const Class class_ : {Class::waveform, Class::vital, Class::alarm}) {
    if (class_ == Class::alarm && !alarms_too) break;
    const Result<bool> evicted = evict_oldest(class_);
    if (!evicted || *evicted) return evicted;
  }
  return false;
}

Result<bool> Room::evict_oldest(Class class_) {
  const Result<std::optional<Position>> oldest = store_.rows(class_).first_from(0);
  if (!oldest) return oldest.error();
  if (!*oldest) return false;
  Range evicted{**oldest, **oldest};
  const Result<void> erased =
      store_.erase(class_, {**oldest, **oldest + kEvictedAtOnce - 1}, [&](const Row& row, bool waiting) {
        const Epoch* epoch = store_.epochs().at(row.position);
        if (waiting && epoch != nullptr) ledger_.add(loss_of(row, *epoch, LossReason::evicted));
        evicted.last = std::max(evicted.last, row.position);
      });
  if (!erased) return erased.error();
  condemned_.push_back({class_, evicted});
  return true;
}

Loss loss_of(const Row& row, const Epoch& epoch, LossReason reason) {
  const std::uint64_t number = row.position - epoch.base;
  Loss loss;
  loss.reason = reason;
  loss.class_ = row.class_;
  loss.readings = row.readings;
  loss.boot = epoch.boot;
  loss.first = row.first;
  loss.last = row.last;
  loss.epoch = epoch.id;
  loss.ranges = {{number, number}};
  return loss;
}

}  // namespace vitald
