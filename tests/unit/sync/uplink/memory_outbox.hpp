#pragma once

// An outbox in memory: one epoch, lanes as the test says. The test looks at it from its own thread, hence the lock.

#include <algorithm>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "sync/outbox/outbox.hpp"

namespace vitald {

class MemoryOutbox : public Outbox {
 public:
  static constexpr std::uint64_t kEpoch = 0xE;

  // Numbered from 1 in the order of adding.
  void add(Lane lane, std::string bytes, std::uint32_t readings = 10) {
    const std::lock_guard lock(mutex_);
    Row row;
    row.lane = lane;
    row.batch.epoch = kEpoch;
    row.batch.number = rows_.size() + 1;
    row.batch.class_ = lane == Lane::alarm ? Class::alarm : Class::vital;
    row.batch.readings = readings;
    row.batch.bytes = std::move(bytes);
    rows_.push_back(std::move(row));
  }
  void evict(std::uint64_t number) { set(number, &Row::is_gone); }
  std::size_t unconfirmed() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return row.is_held(); }));
  }

  Result<std::vector<StoredBatch>> take(Lane lane, std::size_t max_bytes, std::size_t max_batches) override {
    const std::lock_guard lock(mutex_);
    return pick(max_bytes, max_batches, [&](Row& row) {
      return row.lane == lane && wanted(row) && row.is_held() && !std::exchange(row.is_handed_out, true);
    });
  }
  void hand_out(std::array<bool, 3> classes) override {
    const std::lock_guard lock(mutex_);
    classes_ = classes;
  }
  void rewind() override {
    const std::lock_guard lock(mutex_);
    for (Row& row : rows_) row.is_handed_out = false;
  }
  Result<std::vector<StoredBatch>> read(std::uint64_t epoch, Range range, std::size_t max_bytes) override {
    const std::lock_guard lock(mutex_);
    return pick(max_bytes, 1000, [&](const Row& row) {
      return epoch == kEpoch && row.batch.number >= range.first && row.batch.number <= range.last && !row.is_gone;
    });
  }
  Result<void> receipted(std::uint64_t epoch, const RangeSet& stored) override {
    const std::lock_guard lock(mutex_);
    for (const Range range : stored.ranges())
      if (epoch != kEpoch || range.last > rows_.size())
        return Error(Code::invalid, "a receipt for batches that never were");
    for (Row& row : rows_) row.is_confirmed = row.is_confirmed || stored.contains(row.batch.number);
    return {};
  }
  std::vector<HeldEpoch> inventory() const override {
    const std::lock_guard lock(mutex_);
    std::vector<Range> held;
    if (!rows_.empty()) held.push_back({1, rows_.size()});
    return {{kEpoch, rows_.size(), held}};
  }

  Result<void> commit(std::span<ClosedBatch>, std::span<const StoredCursor>) override { return {}; }
  std::vector<StoredCursor> cursors() const override { return {}; }
  void lose(const Loss&) override {}
  Result<void> flush() override { return {}; }
  bool background() override { return false; }
  std::vector<HeldEpoch> waiting() const override { return {}; }
  OutboxStats stats() const override { return {}; }

 private:
  struct Row {
    Lane lane = Lane::live;
    StoredBatch batch;
    bool is_handed_out = false, is_confirmed = false, is_gone = false;
    bool is_held() const { return !is_confirmed && !is_gone; }
  };

  bool wanted(const Row& row) const { return classes_[static_cast<std::size_t>(row.batch.class_) - 1]; }
  void set(std::uint64_t number, bool Row::*flag) {
    const std::lock_guard lock(mutex_);
    rows_.at(number - 1).*flag = true;
  }
  template <class F>
  std::vector<StoredBatch> pick(std::size_t max_bytes, std::size_t max_batches, F wanted) {
    std::vector<StoredBatch> picked;
    std::size_t bytes = 0;
    for (Row& row : rows_) {
      if (picked.size() == max_batches) break;
      if (!picked.empty() && bytes + row.batch.bytes.size() > max_bytes) break;
      if (!wanted(row)) continue;
      bytes += row.batch.bytes.size();
      picked.push_back(row.batch);
    }
    return picked;
  }

  mutable std::mutex mutex_;
  std::vector<Row> rows_;
  std::array<bool, 3> classes_{true, true, true};
};

}  // namespace vitald
