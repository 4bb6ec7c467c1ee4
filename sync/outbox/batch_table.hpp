#pragma once

// The rows of one class, in the order of their positions. Statements are prepared once.

#include <functional>
#include <optional>
#include <vector>

#include "platform/storage/database.hpp"
#include "sync/batch/range.hpp"
#include "sync/outbox/row.hpp"

namespace vitald {

class BatchTable {
 public:
  static Result<BatchTable> open(Database& database, Class class_);

  // false: that position has its row already (a commit whose fate was unknown had worked).
  Result<bool> insert(const Row& row);
  // The nearest row at or above, at or below a position.
  Result<std::optional<Position>> first_from(Position position);
  Result<std::optional<Position>> last_to(Position position);
  // Nothing when there is no such row or it is not what was written.
  Result<std::optional<Row>> read(Position position);
  // Everything but the bytes, unverified.
  Result<std::optional<Row>> head(Position position);
  // Deletes the rows of a range and hands out their heads.
  Result<void> erase(Range range, const std::function<void(const Row&)>& each);

 private:
  BatchTable(Database& database, Class class_, std::vector<Statement> statements);

  Database* database_;
  Class of_;
  std::vector<Statement> statements_;
};

}  // namespace vitald
