#include "sync/receiver/receiver_store.hpp"

#include <filesystem>

#include "sync/receiver/schema.hpp"

namespace vitald {
namespace {

constexpr std::int64_t kApplication = 0x76697264;  // "vird": whose SQLite file it is

// One receiver at a time makes the schema: this number is the lock.
constexpr const char* kSchemaLock = "SELECT pg_advisory_xact_lock(1986622564)";

Result<std::int64_t> sqlite_version(sql::Database& database) {
  const auto application = database.number("PRAGMA application_id");
  if (!application) return application.error();
  const auto tables = database.number("SELECT count(*) FROM sqlite_schema");
  if (!tables) return tables.error();
  if (*tables == 0) return 0;
  if (*application != kApplication) return Error(Code::refused, "it is a database, but not a receiver's");
  return database.number("PRAGMA user_version");
}

Result<std::int64_t> postgres_version(sql::Database& database) {
  const auto ours = database.number("SELECT CAST(to_regclass('vitald_schema') IS NOT NULL AS integer)");
  if (!ours) return ours.error();
  if (*ours == 1) return database.number("SELECT version FROM vitald_schema");
  const auto taken = database.number("SELECT CAST(to_regclass('batch') IS NOT NULL AS integer)");
  if (!taken) return taken.error();
  if (*taken == 1) return Error(Code::refused, "it is a database, but not a receiver's");
  return 0;
}

}  // namespace

std::string without_password(const std::string& where) {
  const auto at = where.find('@'), colon = where.find(':', where.find("//") + 2);
  if (!sql::is_postgres_url(where) || at == where.npos || colon > at) return where;
  return where.substr(0, colon) + where.substr(at);
}

Result<ReceiverStore> ReceiverStore::connect(const std::string& where) {
  auto database = sql::is_postgres_url(where) ? sql::open_postgres(where) : sql::open_sqlite(where);
  if (!database) return database.error();
  return ReceiverStore(where, std::move(*database));
}

Result<ReceiverStore> ReceiverStore::open(const std::string& where) {
  auto store = connect(where);
  if (!store) return store;
  const auto ready = [&]() -> Result<void> {
    const auto found = store->version();
    if (!found) return found.error();
    const auto whole = store->is_whole();
    if (!whole) return whole.error();
    if (*found == kSchemaVersion && *whole) return {};
    return store->set_up(*found);
  }();
  if (!ready) return ready.error().in("opening " + without_password(where));
  return store;
}

Result<ReceiverStore> ReceiverStore::open_for_reading(const std::string& where) {
  if (!sql::is_postgres_url(where) && !std::filesystem::exists(where))
    return Error(Code::not_found, where + " does not exist: has the receiver run, or a device been added?");
  auto store = open(where);
  if (!store) return store;
  const bool postgres = store->database().kind() == sql::Kind::postgres;
  const auto only =
      store->database().execute(postgres ? "SET default_transaction_read_only = on" : "PRAGMA query_only = 1");
  return only ? std::move(store) : only.error();
}

Result<std::int64_t> ReceiverStore::migrate(const std::string& where) {
  auto store = connect(where);
  if (!store) return store.error();
  const auto found = store->version();
  if (!found) return found.error().in("opening " + without_password(where));
  if (*found == kSchemaVersion) return found;
  const auto done = store->set_up(*found);
  return done ? found : done.error().in("migrating " + without_password(where));
}

Result<std::int64_t> ReceiverStore::version() {
  const bool postgres = database_->kind() == sql::Kind::postgres;
  const auto found = postgres ? postgres_version(*database_) : sqlite_version(*database_);
  if (found && *found > kSchemaVersion)
    return Error(Code::refused, "its schema is of a newer version than this program");
  return found;
}

Result<bool> ReceiverStore::is_whole() {
  auto find = database_->prepare(database_->kind() == sql::Kind::postgres
                                     ? "SELECT CASE WHEN to_regclass($1) IS NULL THEN 0 ELSE 1 END"
                                     : "SELECT count(*) FROM sqlite_schema WHERE name = $1");
  if (!find) return find.error();
  for (const std::string& name : schema_objects()) {
    const auto there = integer(find->query(Text{name}));
    if (!there) return there.error();
    if (*there == 0) return false;
  }
  return true;
}

Result<void> ReceiverStore::set_version() {
  const std::string version = std::to_string(kSchemaVersion);
  if (database_->kind() == sql::Kind::postgres)
    return database_->execute("DELETE FROM vitald_schema; INSERT INTO vitald_schema VALUES (" + version + ")");
  return database_->execute("PRAGMA application_id = " + std::to_string(kApplication) +
                            "; PRAGMA user_version = " + version);
}

Result<void> ReceiverStore::set_up(std::int64_t found) {
  auto transaction = sql::Transaction::begin(*database_);
  if (!transaction) return transaction.error();
  if (database_->kind() == sql::Kind::postgres)
    if (const auto locked = database_->execute(kSchemaLock); !locked) return locked;
  const auto now = version();  // another one may have been faster
  if (!now) return now.error();
  if (*now != found) return {};
  // A table that was lost is made again.
  if (const auto made = database_->execute(receiver_schema(database_->kind())); !made) return made;
  if (const auto set = set_version(); !set) return set;
  return transaction->commit();
}

Result<std::vector<sql::Statement>> prepare_all(sql::Database& database, std::span<const char* const> sql) {
  std::vector<sql::Statement> statements;
  for (const char* text : sql) {
    auto statement = database.prepare(text);
    if (!statement) return statement.error();
    statements.push_back(std::move(*statement));
  }
  return statements;
}

Result<std::optional<std::int64_t>> optional_integer(sql::Rows rows) {
  const auto row = rows.next();
  if (!row) return row.error();
  return *row ? std::optional(rows.integer(0)) : std::nullopt;
}

Result<std::int64_t> integer(sql::Rows rows) {
  const auto row = rows.next();
  if (!row) return row.error();
  if (!*row) return Error(Code::internal, "a statement gave no row");
  return rows.integer(0);
}

Result<RangeSet> ranges(sql::Rows rows) {
  RangeSet set;
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return set;
    set.add({unsigned_of(rows.integer(0)), unsigned_of(rows.integer(1))});
  }
}

}  // namespace vitald
