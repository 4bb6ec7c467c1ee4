#pragma once

// A connection to PostgreSQL that is made again when it was lost. Blocking; one thread. Part of postgres.cpp: the only
// other place that knows libpq.

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "platform/model/result.hpp"
#include "platform/sql/sql.hpp"

namespace vitald::sql {

struct ClearAnswer {
  void operator()(PGresult* answer) const { PQclear(answer); }
};
using Answer = std::unique_ptr<PGresult, ClearAnswer>;

// Values as libpq takes them: integers as digits, bytes and text as they are.
class Parameters {
 public:
  explicit Parameters(std::span<const Value> values);

  int count() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }
  std::size_t bytes() const { return bytes_; }

 private:
  std::vector<std::string> digits_;
  std::vector<const char*> values_;
  std::vector<int> lengths_, formats_;
  std::size_t bytes_ = 0;
};

class PostgresLink {
 public:
  explicit PostgresLink(std::string url) : url_(std::move(url)) {}

  // Connects when there is no connection, or it is lost; but not while a transaction is open: it went with it.
  Result<void> ensure();
  void in_transaction(bool open) { in_transaction_ = open; }
  // Counts connections: what was prepared on an earlier one is gone.
  std::uint64_t generation() const { return generation_; }
  PGconn* connection() const { return connection_.get(); }

  Result<Answer> run(const std::string& sql);
  Result<Answer> run(const std::string& sql, const Parameters& parameters);
  Result<Answer> run_prepared(const std::string& name, const Parameters& parameters);
  Result<void> prepare(const std::string& name, const std::string& sql);
  Result<void> copy(const std::string& sql, std::string_view data);

  // An answer without an error.
  Result<Answer> checked(PGresult* answer) const;
  Error error(const PGresult* answer) const;

  std::string new_name() { return "s" + std::to_string(++names_); }

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  Result<void> connect();

  std::string url_;
  std::unique_ptr<PGconn, Finish> connection_;
  std::uint64_t generation_ = 0, names_ = 0;
  bool in_transaction_ = false;
};

// Rows of an answer in binary format, from `first` on.
class AnswerRow final : public RowSource {
 public:
  AnswerRow() = default;
  explicit AnswerRow(const PGresult* answer, int row = -1) : answer_(answer), row_(row) {}
  Result<bool> next() override { return ++row_ < PQntuples(answer_); }
  std::int64_t integer(int column) const override;
  std::string_view bytes(int column) const override;
  bool is_null(int column) const override { return PQgetisnull(answer_, row_, column) != 0; }

 private:
  const PGresult* answer_ = nullptr;
  int row_ = -1;
};

}  // namespace vitald::sql
