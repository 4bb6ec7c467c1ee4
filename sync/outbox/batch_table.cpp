#include "sync/outbox/batch_table.hpp"

namespace vitald {
namespace {

enum { kInsert, kFirstFrom, kLastTo, kRead, kHead, kErase };

std::vector<std::string> sql(const std::string& table) {
  const std::string head = "position, readings, total, first_us, last_us";
  return {
      "INSERT OR IGNORE INTO " + table + " VALUES(?, ?, ?, ?, ?, ?, ?)",
      "SELECT position FROM " + table + " WHERE position >= ? ORDER BY position LIMIT 1",
      "SELECT position FROM " + table + " WHERE position <= ? ORDER BY position DESC LIMIT 1",
      "SELECT " + head + ", hash, bytes FROM " + table + " WHERE position = ?",
      "SELECT " + head + " FROM " + table + " WHERE position = ?",
      "DELETE FROM " + table + " WHERE position BETWEEN ? AND ? RETURNING " + head,
  };
}

Row head_of(const Rows& rows, Class class_) {
  Row row;
  row.class_ = class_;
  row.position = static_cast<Position>(rows.integer(0));
  row.readings = static_cast<std::uint32_t>(rows.integer(1));
  row.total = static_cast<std::uint64_t>(rows.integer(2));
  row.first = boot_time(rows.integer(3));
  row.last = boot_time(rows.integer(4));
  return row;
}

Result<std::optional<Position>> only_position(Rows rows) {
  const Result<bool> row = rows.next();
  if (!row) return row.error();
  if (!*row) return std::optional<Position>();
  return std::optional(static_cast<Position>(rows.integer(0)));
}

}  // namespace

BatchTable::BatchTable(Database& database, Class class_, std::vector<Statement> statements)
    : database_(&database), of_(class_), statements_(std::move(statements)) {}

Result<BatchTable> BatchTable::open(Database& database, Class class_) {
  std::vector<Statement> statements;
  for (const std::string& text : sql(std::string(name(class_)))) {
    Result<Statement> statement = database.prepare(text);
    if (!statement) return statement.error();
    statements.push_back(std::move(*statement));
  }
  return BatchTable(database, class_, std::move(statements));
}

Result<bool> BatchTable::insert(const Row& row) {
  const Result<void> inserted = statements_[kInsert].execute(row.position, row.readings, row.total, us(row.first),
                                                             us(row.last), row_hash(row), std::string_view(row.bytes));
  if (!inserted) return inserted.error();
  return database_->changed_rows() == 1;
}

Result<std::optional<Position>> BatchTable::first_from(Position position) {
  return only_position(statements_[kFirstFrom].query(position));
}

Result<std::optional<Position>> BatchTable::last_to(Position position) {
  return only_position(statements_[kLastTo].query(position));
}

Result<std::optional<Row>> BatchTable::read(Position position) {
  Rows rows = statements_[kRead].query(position);
  const Result<bool> found = rows.next();
  if (!found) return found.error();
  if (!*found) return std::optional<Row>();
  Row row = head_of(rows, of_);
  row.bytes = rows.bytes(6);
  if (row_hash(row) != static_cast<std::uint64_t>(rows.integer(5))) return std::optional<Row>();
  return std::optional(std::move(row));
}

Result<std::optional<Row>> BatchTable::head(Position position) {
  Rows rows = statements_[kHead].query(position);
  const Result<bool> found = rows.next();
  if (!found) return found.error();
  if (!*found) return std::optional<Row>();
  return std::optional(head_of(rows, of_));
}

Result<void> BatchTable::erase(Range range, const std::function<void(const Row&)>& each) {
  Rows rows = statements_[kErase].query(range.first, range.last);
  for (;;) {
    const Result<bool> more = rows.next();
    if (!more) return more.error();
    if (!*more) return {};
    each(head_of(rows, of_));
  }
}

}  // namespace vitald
