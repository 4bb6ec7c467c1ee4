#pragma once

// An outbox on a disk that fails it, and an oracle outside the store that knows every batch whose commit returned and
// every (epoch, number) that was ever handed out.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>

#include "sync/outbox/outbox.hpp"
#include "tests/fault/trial_seal.hpp"

namespace vitald::fault {

struct Oracle {
  std::set<BatchId> accepted;           // its commit returned, no receipt was given
  std::map<BatchId, std::size_t> seen;  // hash of the bytes that were handed out
  std::uint64_t lost = 0, reused = 0, wrong = 0, corrupt = 0, unopened = 0;

  bool clean() const { return lost + reused + wrong + corrupt + unopened == 0; }
};

class StoreTrial {
 public:
  // kem_every: one epoch of so many is set up by the KEM. failed_syncs: of the disk, so far.
  StoreTrial(std::uint64_t seed, const std::string& folder, std::uint64_t kem_every,
             std::function<std::uint64_t()> failed_syncs);

  // Opens the store; false when it cannot be.
  bool open();
  // Random commits, takes and receipts until `steps` are done.
  void work(int steps, const std::function<bool()>& stop);
  // What failed so far is written by the next commit: nothing new in it.
  bool commit_again();
  void receipt_all();
  void close();
  // Every accepted batch is there and opens to its body, unless it was receipted; every number is what it was.
  void check();

  bool is_open() const { return outbox_ != nullptr; }
  Outbox& outbox() { return *outbox_; }
  Oracle& oracle() { return oracle_; }
  const TrialSeals& seals() const { return seals_; }
  std::uint64_t commits() const { return commits_; }
  void new_disk();  // nothing is accepted any more

 private:
  void commit();
  std::vector<ClosedBatch> make_batches();
  void take();
  void receipt();
  void receipt_of(const HeldEpoch& epoch, Range range);
  void see(const StoredBatch& batch);

  std::mt19937_64 random_;
  TrialSeals seals_;
  std::function<std::uint64_t()> failed_syncs_;
  OutboxSettings settings_;
  std::unique_ptr<Outbox> outbox_;
  Oracle oracle_;
  std::set<BatchId> unwritten_;                      // sealed, and their commit failed: the outbox tries them again
  std::uint64_t epoch_ = 0, failed_syncs_seen_ = 0;  // at the last commit
  std::uint64_t sealed_twice_seen_ = 0;
  std::int64_t now_us_ = 1'000'000;
  std::uint64_t commits_ = 0;
};

}  // namespace vitald::fault
