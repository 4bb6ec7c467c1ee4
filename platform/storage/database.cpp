#include "platform/storage/database.hpp"

#include <sqlite3.h>

#include "platform/storage/error.hpp"

namespace vitald {
namespace {

int count_log_pages(void* count, sqlite3*, const char*, int pages) {
  *static_cast<int*>(count) = pages;
  return SQLITE_OK;
}

std::uint64_t size_of(sqlite3* connection, int which) {
  sqlite3_file* file = nullptr;
  sqlite3_int64 size = 0;
  if (sqlite3_file_control(connection, "main", which, &file) != SQLITE_OK || file == nullptr ||
      file->pMethods == nullptr || file->pMethods->xFileSize(file, &size) != SQLITE_OK) {
    return 0;
  }
  return static_cast<std::uint64_t>(size);
}

}  // namespace

Database::Database(sqlite3* connection) : log_pages_(std::make_unique<int>(0)), connection_(connection) {}

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Result<Database> Database::open(const std::string& file) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &connection,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(connection);
  if (code != SQLITE_OK) return storage_error(connection, code).in("opening " + file);
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_wal_hook(connection, count_log_pages, database.log_pages_.get());  // and no checkpoint but ours
  return database;
}

Result<void> Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return storage_error(connection_.get(), code);
  return {};
}

Result<Statement> Database::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(connection_.get(), sql.c_str(), static_cast<int>(sql.size()) + 1,
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return storage_error(connection_.get(), code).in(sql);
  return Statement(statement);
}

Result<std::int64_t> Database::number(const std::string& sql) {
  Result<Statement> statement = prepare(sql);
  if (!statement) return statement.error();
  Rows rows = statement->query();
  const Result<bool> row = rows.next();
  if (!row) return row.error().in(sql);
  if (!*row) return Error(Code::not_found, sql + ": no row");
  return rows.integer(0);
}

std::int64_t Database::changed_rows() const { return sqlite3_changes64(connection_.get()); }

Result<void> Database::grow_in_steps(std::uint32_t bytes) {
  int step = static_cast<int>(bytes), keep_log = 1;
  int code = sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_CHUNK_SIZE, &step);
  if (code == SQLITE_OK) code = sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_PERSIST_WAL, &keep_log);
  if (code != SQLITE_OK && code != SQLITE_NOTFOUND) return storage_error(connection_.get(), code);
  return {};
}

Result<void> Database::checkpoint() {
  int left = 0, copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(connection_.get(), "main", SQLITE_CHECKPOINT_PASSIVE, &left, &copied);
  if (code != SQLITE_OK) return storage_error(connection_.get(), code).in("copying the log into the store");
  if (left == copied) *log_pages_ = 0;
  return {};
}

std::uint64_t Database::file_bytes() const { return size_of(connection_.get(), SQLITE_FCNTL_FILE_POINTER); }
std::uint64_t Database::log_bytes() const { return size_of(connection_.get(), SQLITE_FCNTL_JOURNAL_POINTER); }

}  // namespace vitald
