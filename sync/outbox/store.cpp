#include "sync/outbox/store.hpp"

#include <algorithm>
#include <numeric>

namespace vitald {

Result<void> Store::limit(const Budget& budget) {
  return database_->execute("PRAGMA max_page_count=" + std::to_string(budget.database_pages()));
}

Result<std::uint64_t> Store::free_pages(const Budget& budget, bool may_grow) {
  std::uint64_t counts[2];
  for (auto [statement, count] : {std::pair(&page_count_, &counts[0]), std::pair(&free_count_, &counts[1])}) {
    Rows rows = statement->query();
    const Result<bool> row = rows.next();
    if (!row) return row.error();
    *count = static_cast<std::uint64_t>(rows.integer(0));
  }
  const std::uint64_t growth = budget.database_pages() > counts[0] ? budget.database_pages() - counts[0] : 0;
  return counts[1] + (may_grow ? growth : 0);
}

Result<bool> Store::insert(const Epoch& of, const Row& row) {
  const Result<Epoch*> ensured = epochs_.ensure(of);
  if (!ensured) return ensured.error();
  Epoch& epoch = **ensured;
  const Result<bool> inserted = rows(row.class_).insert(row);
  if (!inserted || !*inserted) return inserted;
  if (row.position - epoch.base > epoch.last) {
    skip(epoch, row);
    epoch.last = row.position - epoch.base;
    epoch.total = row.total;
  } else if (gone_.contains(row.position)) {
    gone_.remove(row.position, 0);
    settled_.remove(row.position, row.readings);
  }
  if (&epoch == &epochs_.all().back()) return true;
  const Result<void> saved = epochs_.save(epoch);
  if (!saved) return saved.error();
  return true;
}

// Numbers below this one that never came.
void Store::skip(const Epoch& epoch, const Row& row) {
  const Range skipped{epoch.base + epoch.last + 1, row.position - 1};
  if (skipped.first > skipped.last) return;
  settled_.add(skipped, row.total - row.readings - epoch.total);
  gone_.add(skipped, 0);
}

Result<std::vector<Range>> Store::settle(Range range) {
  const std::vector<Range> waiting = settled_.gaps(range);
  for (const Range& part : waiting) {
    const Result<std::uint64_t> readings = readings_in(part);
    if (!readings) return readings.error();
    settled_.add(part, *readings);
  }
  return waiting;
}

// Every position of the range has its row.
Result<std::uint64_t> Store::readings_in(Range range) {
  const Result<std::optional<Row>> first = head(range.first), last = head(range.last);
  if (!first) return first.error();
  if (!last) return last.error();
  if (!*first || !*last) return Error(Code::corrupt, "a row that should be there is missing");
  return (*last)->total - (*first)->total + (*first)->readings;
}

Result<std::optional<Row>> Store::head(Position position) {
  for (const Class class_ : kClasses) {
    Result<std::optional<Row>> row = rows(class_).head(position);
    if (!row || *row) return row;
  }
  return std::optional<Row>();
}

Result<void> Store::erase(Class class_, Range range, const std::function<void(const Row&, bool)>& each) {
  return rows(class_).erase(range, [&](const Row& row) {
    const bool waiting = !settled_.contains(row.position);
    if (waiting) settled_.add({row.position, row.position}, row.readings);
    gone_.add({row.position, row.position}, 0);
    each(row, waiting);
  });
}

Result<void> Store::erase_confirmed(Range range) {
  for (const Class class_ : kClasses) {
    const Result<void> erased = rows(class_).erase(range, [](const Row&) {});
    if (!erased) return erased;
  }
  gone_.add(range, 0);
  return {};
}

// Epochs without a row, but for the newest: numbering goes on from it.
Result<void> Store::drop_empty_epochs() {
  while (epochs_.all().size() > 1) {
    const Epoch oldest = epochs_.all().front();
    if (oldest.last > 0 && !gone_.gaps(oldest.positions()).empty()) return {};
    counters_.add_left(oldest.total);
    settled_.remove_within(oldest.positions());
    gone_.remove_within(oldest.positions());
    const Result<void> erased = epochs_.erase(oldest.base);
    if (!erased) return erased;
  }
  return {};
}

Result<void> Store::save() {
  const Result<void> dropped = drop_empty_epochs();
  if (!dropped) return dropped;
  for (const Result<void>& saved : {settled_table_.save(settled_), gone_table_.save(gone_), counters_.save()}) {
    if (!saved) return saved;
  }
  return {};
}

Result<std::optional<Row>> Store::head_from(Position position) {
  std::optional<Row> nearest;
  for (const Class class_ : kClasses) {
    const Result<std::optional<Position>> found = rows(class_).first_from(position);
    if (!found) return found.error();
    if (!*found || (nearest && nearest->position < **found)) continue;
    const Result<std::optional<Row>> row = rows(class_).head(**found);
    if (!row) return row.error();
    nearest = *row;
  }
  return nearest;
}

Position Store::next_base() const {
  return epochs_.all().empty() ? 0 : epochs_.all().back().base + epochs_.all().back().last + 1;
}

std::uint64_t Store::waiting_batches() const {
  std::uint64_t numbered = 0;
  for (const Epoch& epoch : epochs_.all()) numbered += epoch.last;
  return numbered - settled_.count();
}

std::uint64_t Store::numbered_readings() const {
  std::uint64_t numbered = counters_.left();
  for (const Epoch& epoch : epochs_.all()) numbered += epoch.total;
  return numbered;
}

std::uint64_t Store::settled_readings() const { return counters_.left() + settled_.readings(); }

std::uint64_t Store::waiting_readings() const {
  return numbered_readings() -
         std::min(settled_readings(), numbered_readings());  // a damaged row may lie about its count
}

}  // namespace vitald
