#include "platform/storage/statement.hpp"

#include <sqlite3.h>

#include <string>

#include "platform/storage/error.hpp"

namespace vitald {

Rows::~Rows() {
  if (statement_ != nullptr) sqlite3_reset(statement_);
}

Result<bool> Rows::next() {
  const int code = bound_ != 0 ? bound_ : sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return storage_error(sqlite3_db_handle(statement_), code);
}

std::int64_t Rows::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string_view Rows::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Rows::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

int Statement::bind_integer(int index, std::int64_t value) {
  return sqlite3_bind_int64(statement_.get(), index, value);
}

int Statement::bind_bytes(int index, std::string_view bytes) {
  const char* data = bytes.empty() ? "" : bytes.data();  // a null pointer would bind NULL
  return sqlite3_bind_blob64(statement_.get(), index, data, bytes.size(), SQLITE_STATIC);
}

int Statement::bind_text(int index, std::string_view characters) {
  const char* data = characters.empty() ? "" : characters.data();
  return sqlite3_bind_text64(statement_.get(), index, data, characters.size(), SQLITE_STATIC, SQLITE_UTF8);
}

int Statement::bind_null(int index) { return sqlite3_bind_null(statement_.get(), index); }

Rows Statement::query_values(std::span<const SqlValue> values) {
  int index = 0, code = 0;
  for (const SqlValue& value : values) {
    if (code == 0) code = std::visit([&](const auto& held) { return bind(index + 1, held); }, value);
    ++index;
  }
  return Rows(statement_.get(), code);
}

Result<void> Statement::finish(Rows rows) {
  for (;;) {
    const Result<bool> more = rows.next();
    if (!more) return more.error();
    if (!*more) return {};
  }
}

}  // namespace vitald
