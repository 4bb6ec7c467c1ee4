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

namespace vitald::fault {

struct Oracle {
  using Id = std::pair<std::uint64_t, std::uint64_t>;  // epoch, number
  std::map<Id, std::string> accepted;                  // its commit returned: the body
  std::set<Id> receipted;
  std::map<Id, std::size_t> handed_out;  // hash of the bytes
  std::uint64_t lost = 0, reused = 0, wrong = 0, corrupt = 0, unopened = 0;

  bool clean() const { return lost + reused + wrong + corrupt + unopened == 0; }
};

class StoreTrial {
 public:
  StoreTrial(std::uint64_t seed, const std::string& folder);

  // Opens the store; false when it cannot be.
  bool open();
  // Random commits, takes and receipts until `steps` are done or the outbox gives an error that stays.
  void work(int steps, const std::function<bool()>& stop);
  void receipt_all();
  void close() { outbox_.reset(); }
  // Every accepted batch is there with its bytes, unless it was receipted; every number is what it was.
  void check();

  bool is_open() const { return outbox_ != nullptr; }
  Outbox& outbox() { return *outbox_; }
  Oracle& oracle() { return oracle_; }
  std::uint64_t commits() const { return commits_; }
  void new_disk();  // nothing is accepted any more; numbers stay known

 private:
  void commit();
  void take();
  void receipt();
  void receipt_of(const HeldEpoch& epoch, Range range);
  void see(const StoredBatch& batch);

  std::mt19937_64 random_;
  OutboxSettings settings_;
  std::unique_ptr<Outbox> outbox_;
  Oracle oracle_;
  std::int64_t now_us_ = 1'000'000;
  std::uint64_t made_ = 0, commits_ = 0;
};

}  // namespace vitald::fault
