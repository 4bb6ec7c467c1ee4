#pragma once

// A write transaction: rolled back unless it was committed.

#include <utility>

#include "platform/model/result.hpp"
#include "platform/storage/database.hpp"

namespace vitald {

class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;

  // Durable when it returns without an error. After an error what was written is gone, or its fate is unknown
  // (Code::io).
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace vitald
