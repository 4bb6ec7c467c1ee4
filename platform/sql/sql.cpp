#include "platform/sql/sql.hpp"

namespace vitald::sql {

Result<void> Statement::finish(Rows rows) {
  for (;;) {
    const auto more = rows.next();
    if (!more) return more.error();
    if (!*more) return {};
  }
}

Result<std::int64_t> Database::number(const std::string& sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  Rows rows = statement->query();
  const auto row = rows.next();
  if (!row) return row.error().in(sql);
  if (!*row) return Error(Code::not_found, sql + ": no row");
  return rows.integer(0);
}

Result<Transaction> Transaction::begin(Database& database) {
  if (const auto begun = database.begin(); !begun) return begun.error();
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_) database_->rollback();
}

Result<void> Transaction::commit() {
  auto committed = database_->commit();
  if (committed) database_ = nullptr;
  return committed;
}

Result<Snapshot> Snapshot::begin(Database& database) {
  const bool postgres = database.kind() == Kind::postgres;
  const auto begun = database.execute(postgres ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN");
  if (!begun) return begun.error();
  return Snapshot(database);
}

Snapshot::~Snapshot() {
  if (database_) (void)database_->execute("ROLLBACK");
}

}  // namespace vitald::sql
