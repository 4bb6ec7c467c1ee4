#pragma once

// The drivers' cursors, as last committed.

#include <span>
#include <vector>

#include "platform/storage/database.hpp"
#include "sync/outbox/outbox.hpp"

namespace vitald {

class Cursors {
 public:
  static Result<Cursors> open(Database& database);

  Result<void> load();
  Result<void> put(std::span<const StoredCursor> cursors);  // within a transaction
  const std::vector<StoredCursor>& all() const { return cursors_; }

 private:
  void remember(const StoredCursor& cursor);
  Cursors(Statement load, Statement put) : load_(std::move(load)), put_(std::move(put)) {}

  Statement load_, put_;
  std::vector<StoredCursor> cursors_;
};

}  // namespace vitald
