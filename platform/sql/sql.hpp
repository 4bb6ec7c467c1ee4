#pragma once

// SQL that runs on SQLite and on PostgreSQL alike: the seam to the receiver's database. Statements are written in what
// both understand, with parameters $1, $2, ... that appear in that order first; integers, bytes, text and NULL are all
// the types there are.
//
// A Database belongs to one thread. Statements, rows and bulks must go before it.

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/model/result.hpp"
#include "platform/storage/statement.hpp"

namespace vitald::sql {

using Value = SqlValue;

template <std::integral I>
Value value(I integer) {
  return static_cast<std::int64_t>(integer);
}
inline Value value(std::string_view bytes) { return bytes; }
inline Value value(Text text) { return text; }
template <class T>
Value value(const std::optional<T>& maybe) {
  return maybe ? value(*maybe) : Value();
}

class RowSource {
 public:
  virtual ~RowSource() = default;
  virtual Result<bool> next() = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view bytes(int column) const = 0;
  virtual bool is_null(int column) const = 0;
};

// The rows of a statement, one by one. Columns count from 0; bytes stay valid until next().
class Rows {
 public:
  explicit Rows(std::unique_ptr<RowSource> source) : source_(std::move(source)) {}

  Result<bool> next() { return source_->next(); }  // false: no more
  std::int64_t integer(int column) const { return source_->integer(column); }
  std::string_view bytes(int column) const { return source_->bytes(column); }
  bool is_null(int column) const { return source_->is_null(column); }

 private:
  std::unique_ptr<RowSource> source_;
};

// Parameters of one statement that is run many times, row by row. What they view must live until it has run.
class Table {
 public:
  template <class... Values>
  void add(const Values&... values) {
    width_ = sizeof...(Values);
    (values_.push_back(value(values)), ...);
  }
  std::size_t rows() const { return width_ == 0 ? 0 : values_.size() / width_; }
  std::span<const Value> row(std::size_t i) const { return std::span(values_).subspan(i * width_, width_); }

 private:
  std::size_t width_ = 0;
  std::vector<Value> values_;
};

// Hears of each row of an answer: to which row of parameters it belongs, and its columns.
using EachRow = std::function<void(std::size_t, const RowSource&)>;

class StatementSource {
 public:
  virtual ~StatementSource() = default;
  virtual std::unique_ptr<RowSource> query(std::span<const Value> values) = 0;
  virtual Result<void> each(const Table& table, const EachRow& row) = 0;
};

// A prepared statement. Its rows must be through before it runs again.
class Statement {
 public:
  explicit Statement(std::unique_ptr<StatementSource> source) : source_(std::move(source)) {}

  template <class... Values>
  Rows query(const Values&... values) {
    const Value all[] = {Value(), value(values)...};
    return Rows(source_->query(std::span(all).subspan(1)));
  }
  template <class... Values>
  Result<void> execute(const Values&... values) {
    return finish(query(values...));
  }
  // Once for each row of the table, without waiting for each answer.
  Result<void> each(const Table& table, const EachRow& row = {}) { return source_->each(table, row); }

 private:
  static Result<void> finish(Rows rows);

  std::unique_ptr<StatementSource> source_;
};

// Rows on their way into one table; in it after finish(). Columns in the order in which the bulk was made.
class Bulk {
 public:
  virtual ~Bulk() = default;
  template <class... Values>
  Result<void> add(const Values&... values) {
    const Value all[] = {value(values)...};
    return add_row(all);
  }
  virtual Result<void> add_row(std::span<const Value> values) = 0;
  virtual Result<void> finish() = 0;
  // Forgets what was added since the last finish().
  virtual void clear() = 0;
};

enum class Kind { sqlite, postgres };

class Database {
 public:
  virtual ~Database() = default;

  virtual Kind kind() const = 0;
  // One or several statements without values; rows are dropped.
  virtual Result<void> execute(const std::string& sql) = 0;
  virtual Result<Statement> prepare(const std::string& sql) = 0;
  // For answers of any size, within a transaction: not all of it is held in memory.
  virtual Result<Statement> prepare_large(const std::string& sql) = 0;
  virtual Result<std::unique_ptr<Bulk>> bulk(const std::string& table, const std::vector<std::string>& columns) = 0;
  // The first column of the only row.
  Result<std::int64_t> number(const std::string& sql);

  // A transaction that writes; Transaction calls them. A lost connection is made again by begin().
  virtual Result<void> begin() = 0;
  virtual Result<void> commit() = 0;
  virtual void rollback() = 0;

  // Nobody else changes these rows, ids ascending, until the transaction ends.
  virtual Result<void> lock_rows(const std::string& table, std::span<const std::int64_t> ids) = 0;
};

// Rolled back unless it was committed.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;

  // Durable when it returns without an error. After an error what was written is gone, or its fate is unknown.
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

// A transaction that reads one moment of the database.
class Snapshot {
 public:
  static Result<Snapshot> begin(Database& database);
  ~Snapshot();
  Snapshot(Snapshot&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Snapshot& operator=(Snapshot&&) = delete;

 private:
  explicit Snapshot(Database& database) : database_(&database) {}
  Database* database_;
};

// Debian's SQLite can damage a file when one connection writes while another one copies the write-ahead log back. So
// whoever writes takes a turn: a lock on FILE.lock, held over the transaction and the checkpoint.
Result<std::unique_ptr<Database>> open_sqlite(const std::string& file);

// "postgresql://user@host/database?sslmode=verify-full" and all else that libpq takes. Passwords are better kept in its
// password file.
Result<std::unique_ptr<Database>> open_postgres(const std::string& url);
bool is_postgres_url(std::string_view text);

}  // namespace vitald::sql
