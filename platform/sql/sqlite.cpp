#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "platform/sql/sql.hpp"
#include "platform/storage/database.hpp"

namespace vitald::sql {
namespace {

constexpr int kCheckpointPages = 1000;

// WAL: one sync a commit, and exports read while the receiver writes. The wait is for another process's short write.
constexpr const char* kPragmas =
    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA mmap_size = 0;"
    "PRAGMA cache_size = -64000; PRAGMA temp_store = MEMORY;";

class SqliteRows final : public RowSource {
 public:
  explicit SqliteRows(vitald::Rows rows) : rows_(std::move(rows)) {}
  Result<bool> next() override { return rows_.next(); }
  std::int64_t integer(int column) const override { return rows_.integer(column); }
  std::string_view bytes(int column) const override { return rows_.bytes(column); }
  bool is_null(int column) const override { return rows_.is_null(column); }

 private:
  vitald::Rows rows_;
};

class SqliteStatement final : public StatementSource {
 public:
  explicit SqliteStatement(vitald::Statement statement) : statement_(std::move(statement)) {}

  std::unique_ptr<RowSource> query(std::span<const Value> values) override {
    return std::make_unique<SqliteRows>(statement_.query_values(values));
  }
  Result<void> each(const Table& table, const EachRow& row) override {
    for (std::size_t i = 0; i < table.rows(); ++i)
      if (const auto ran = run(table.row(i), i, row); !ran) return ran;
    return {};
  }

 private:
  Result<void> run(std::span<const Value> values, std::size_t i, const EachRow& row) {
    SqliteRows rows(statement_.query_values(values));
    for (;;) {
      const auto more = rows.next();
      if (!more) return more.error();
      if (!*more) return {};
      if (row) row(i, rows);
    }
  }

  vitald::Statement statement_;
};

class SqliteBulk final : public Bulk {
 public:
  explicit SqliteBulk(vitald::Statement insert) : insert_(std::move(insert)) {}
  Result<void> add_row(std::span<const Value> values) override {
    vitald::Rows rows = insert_.query_values(values);
    const auto added = rows.next();
    return added ? Result<void>() : added.error();
  }
  Result<void> finish() override { return {}; }
  void clear() override {}

 private:
  vitald::Statement insert_;
};

class Sqlite final : public Database {
 public:
  Sqlite(std::string file, vitald::Database database) : file_(std::move(file)), database_(std::move(database)) {}
  ~Sqlite() override { end_turn(); }

  Result<void> set_up();

  Kind kind() const override { return Kind::sqlite; }
  Result<void> execute(const std::string& sql) override { return database_.execute(sql); }
  Result<Statement> prepare(const std::string& sql) override {
    auto statement = database_.prepare(sql);
    if (!statement) return statement.error();
    return Statement(std::make_unique<SqliteStatement>(std::move(*statement)));
  }
  Result<Statement> prepare_large(const std::string& sql) override { return prepare(sql); }
  Result<std::unique_ptr<Bulk>> bulk(const std::string& table, const std::vector<std::string>& columns) override;

  Result<void> begin() override;
  Result<void> commit() override;
  void rollback() override;
  Result<void> lock_rows(const std::string&, std::span<const std::int64_t>) override { return {}; }  // all are

 private:
  Result<void> take_turn();
  void end_turn();

  std::string file_;
  vitald::Database database_;
  int turn_ = -1;  // of the lock file
};

Result<void> Sqlite::set_up() {
  if (const auto taken = take_turn(); !taken) return taken;
  auto set = database_.execute(kPragmas);
  end_turn();
  return set;
}

Result<std::unique_ptr<Bulk>> Sqlite::bulk(const std::string& table, const std::vector<std::string>& columns) {
  std::string names, places;
  for (const std::string& column : columns) {
    names += (names.empty() ? "" : ", ") + column;
    places += places.empty() ? "?" : ", ?";
  }
  auto insert = database_.prepare("INSERT INTO " + table + " (" + names + ") VALUES (" + places + ")");
  if (!insert) return insert.error();
  return std::unique_ptr<Bulk>(std::make_unique<SqliteBulk>(std::move(*insert)));
}

Result<void> Sqlite::begin() {
  if (const auto taken = take_turn(); !taken) return taken;
  auto begun = database_.execute("BEGIN IMMEDIATE");
  if (!begun) end_turn();
  return begun;
}

Result<void> Sqlite::commit() {
  auto committed = database_.execute("COMMIT");
  if (committed) end_turn();
  return committed;
}

void Sqlite::rollback() {
  (void)database_.execute("ROLLBACK");  // fails when SQLite has rolled back already
  end_turn();
}

Result<void> Sqlite::take_turn() {
  const std::string file = file_ + ".lock";
  const auto fails = [&] { return Error(Code::io, "locking " + file + ": " + std::strerror(errno)); };
  turn_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0660);
  if (turn_ < 0) return fails();
  while (::flock(turn_, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    const Error error = fails();
    end_turn();
    return error;
  }
  return {};
}

void Sqlite::end_turn() {
  if (turn_ < 0) return;
  // Not done now is done with a later turn.
  if (database_.log_pages() >= kCheckpointPages) (void)database_.checkpoint();
  ::close(turn_);
  turn_ = -1;
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::string& file) {
  auto database = vitald::Database::open(file);
  if (!database) return database.error();
  auto sqlite = std::make_unique<Sqlite>(file, std::move(*database));
  if (const auto set = sqlite->set_up(); !set) return set.error().in("opening " + file);
  return std::unique_ptr<Database>(std::move(sqlite));
}

}  // namespace vitald::sql
