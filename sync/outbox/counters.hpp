#pragma once

// Counts that outlive the rows they count: readings of epochs that have left the store, and readings lost by reason and
// class.

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "platform/storage/database.hpp"
#include "sync/outbox/outbox.hpp"

namespace vitald {

class Counters {
 public:
  static Result<Counters> open(Database& database);

  Result<void> load();
  Result<void> save();  // what changed

  void add_lost(LossReason reason, Class class_, std::uint64_t readings);
  void add_left(std::uint64_t readings);  // readings of an epoch that leaves the store

  std::vector<OutboxStats::LossCount> lost() const;
  std::uint64_t left() const;

 private:
  Counters(Statement load, Statement put) : load_(std::move(load)), put_(std::move(put)) {}
  void add(std::int64_t name, std::uint64_t value);

  Statement load_, put_;
  std::map<std::int64_t, std::uint64_t> values_;  // name: 0 = left, else reason x 16 + class
  std::set<std::int64_t> changed_;
};

}  // namespace vitald
