#pragma once

// The drivers' cursors, as last committed.

#include <map>
#include <span>
#include <string>

#include "platform/storage/database.hpp"
#include "sync/outbox/outbox.hpp"

namespace vitald {

class Cursors {
 public:
  static Result<Cursors> open(Database& database);

  Result<void> load();
  // Within a transaction. get() shows them once they are written.
  Result<void> put(std::span<const StoredCursor> cursors);
  std::string get(std::string_view driver, std::string_view name) const;  // "" = never committed

 private:
  Cursors(Statement load, Statement put) : load_(std::move(load)), put_(std::move(put)) {}

  Statement load_, put_;
  std::map<std::pair<std::string, std::string>, std::string> cursors_;
};

}  // namespace vitald
