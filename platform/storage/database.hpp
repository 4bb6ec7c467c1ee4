#pragma once

// One SQLite connection. Belongs to one thread and is the only connection to its file: Debian's SQLite may damage a
// store when two connections checkpoint at the same instant.

#include <cstdint>
#include <memory>
#include <string>

#include "platform/model/result.hpp"
#include "platform/storage/statement.hpp"

struct sqlite3;

namespace vitald {

class Database {
 public:
  // Opens or makes the file through SQLite's default VFS (tests register theirs as the default). Nothing is read yet.
  // Statements in SQL can neither damage the file (defensive) nor run what its schema brings along (trusted_schema
  // off).
  static Result<Database> open(const std::string& file);

  // One or several statements without values; rows are dropped.
  Result<void> execute(const std::string& sql);
  // A statement that is kept. Must go before the database.
  Result<Statement> prepare(const std::string& sql);
  // The first column of the only row.
  Result<std::int64_t> number(const std::string& sql);

  // By the last INSERT or DELETE.
  std::int64_t changed_rows() const;

  // The file grows in steps of so many bytes, and the write-ahead log stays on disk, to be written again.
  Result<void> grow_in_steps(std::uint32_t bytes);
  // Copies the write-ahead log into the database, so that the next commit begins it anew.
  Result<void> checkpoint();
  // Pages in the write-ahead log after the last commit.
  int log_pages() const { return *log_pages_; }

  std::uint64_t file_bytes() const;
  std::uint64_t log_bytes() const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  explicit Database(sqlite3* connection);

  std::unique_ptr<int> log_pages_;  // SQLite's hook writes it
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace vitald
