#pragma once

// An outbox in memory that remembers what it was given and fails when told to.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sync/outbox/outbox.hpp"

namespace vitald::test {

class Store final : public Outbox {
 public:
  struct Commit {
    std::vector<ClosedBatch> batches;
    std::vector<StoredCursor> cursors;
  };
  std::vector<Commit> commits;    // that succeeded
  std::vector<ClosedBatch> kept;  // of failed commits, written with the next
  std::vector<Loss> losses;
  int failures_to_come = 0;
  double filled = 0;

  Result<void> commit(std::span<ClosedBatch> batches, std::span<const StoredCursor> cursors) override {
    for (ClosedBatch& batch : batches) kept.push_back(std::move(batch));
    if (failures_to_come > 0) {
      --failures_to_come;
      return Error(Code::full, "no space");
    }
    commits.push_back({std::exchange(kept, {}), {cursors.begin(), cursors.end()}});
    return {};
  }
  std::vector<StoredCursor> cursors() const override {
    std::map<std::pair<std::string, std::string>, StoredCursor> latest;
    for (const Commit& commit : commits)
      for (const StoredCursor& cursor : commit.cursors) latest[{cursor.driver, cursor.name}] = cursor;
    std::vector<StoredCursor> all;
    for (const auto& [key, cursor] : latest) all.push_back(cursor);
    return all;
  }
  void lose(const Loss& loss) override { losses.push_back(loss); }
  Result<std::vector<StoredBatch>> take(Lane, std::size_t, std::size_t) override { return std::vector<StoredBatch>{}; }
  void hand_out(std::array<bool, 3>) override {}
  void rewind() override {}
  Result<std::vector<StoredBatch>> read(std::uint64_t, Range, std::size_t) override {
    return std::vector<StoredBatch>{};
  }
  Result<void> receipted(std::uint64_t, const RangeSet&) override { return {}; }
  Result<void> flush() override { return {}; }
  bool background() override { return false; }
  std::vector<HeldEpoch> inventory() const override { return {}; }
  std::vector<HeldEpoch> waiting() const override { return {}; }
  OutboxStats stats() const override {
    OutboxStats stats;
    stats.filled = filled;
    return stats;
  }

  std::uint64_t readings(Class class_) const {
    std::uint64_t sum = 0;
    for (const Commit& commit : commits)
      for (const ClosedBatch& batch : commit.batches) sum += batch.class_ == class_ ? batch.readings : 0;
    return sum;
  }
};

}  // namespace vitald::test
