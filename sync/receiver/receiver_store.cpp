#include "sync/receiver/receiver_store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "platform/storage/transaction.hpp"
#include "sync/receiver/schema.hpp"

namespace vitald {
namespace {

constexpr std::int64_t kApplication = 0x76697264;  // "vird": whose file it is
constexpr std::int64_t kSchemaVersion = 1;
constexpr int kCheckpointPages = 1000;

// WAL: one sync a commit, and exports read while the receiver writes. The wait is for another process's short write.
constexpr const char* kPragmas =
    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA mmap_size = 0;"
    "PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;";

// Tables, views and indexes that a schema makes.
std::int64_t objects_of(std::string_view schema) {
  std::int64_t count = 0;
  for (auto at = schema.find("\nCREATE "); at != schema.npos; at = schema.find("\nCREATE ", at + 1)) ++count;
  return count;
}

Error no_lock(const std::string& file) { return {Code::io, "locking " + file + ": " + std::strerror(errno)}; }

}  // namespace

Result<ReceiverStore> ReceiverStore::open(const std::string& file) {
  auto database = Database::open(file);
  if (!database) return database.error();
  ReceiverStore store(file, std::move(*database));
  if (const auto ready = store.set_up(); !ready) return ready.error().in("opening " + file);
  return store;
}

Result<ReceiverStore> ReceiverStore::open_for_reading(const std::string& file) {
  if (!std::filesystem::exists(file))
    return Error(Code::not_found, file + " does not exist: has the receiver run, or a device been added?");
  auto store = open(file);
  if (!store) return store;
  const auto only = store->database().execute("PRAGMA query_only = 1");
  return only ? std::move(store) : only.error();
}

Result<void> ReceiverStore::set_up() {
  const auto turn = WriteTurn::take(*this);
  if (!turn) return turn.error();
  if (const auto set = database_.execute(kPragmas); !set) return set;
  const auto application = database_.number("PRAGMA application_id");
  if (!application) return application.error();
  const auto version = database_.number("PRAGMA user_version");
  if (!version) return version.error();
  if (*version > kSchemaVersion) return Error(Code::refused, "its schema is of a newer version than this program");
  const auto objects = database_.number("SELECT count(*) FROM sqlite_schema WHERE sql IS NOT NULL");
  if (!objects) return objects.error();
  if (*objects > 0 && *application != kApplication)
    return Error(Code::refused, "it is a database, but not a receiver's");
  if (*version == kSchemaVersion && *objects == objects_of(kReceiverSchema)) return {};
  auto transaction = Transaction::begin(database_);
  if (!transaction) return transaction.error();
  // Makes what an earlier version did not have, and a table that was lost.
  const std::string numbers = "PRAGMA application_id = " + std::to_string(kApplication) +
                              "; PRAGMA user_version = " + std::to_string(kSchemaVersion) + ";";
  if (const auto made = database_.execute(std::string(kReceiverSchema) + numbers); !made) return made;
  return transaction->commit();
}

Result<WriteTurn> WriteTurn::take(ReceiverStore& store) {
  const std::string file = store.file() + ".lock";
  const int lock = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0660);
  if (lock < 0) return no_lock(file);
  while (::flock(lock, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    ::close(lock);
    return no_lock(file);
  }
  return WriteTurn(store, lock);
}

WriteTurn::~WriteTurn() {
  if (lock_ < 0) return;
  // Not done now is done with a later turn.
  if (store_->database().log_pages() >= kCheckpointPages) (void)store_->database().checkpoint();
  ::close(lock_);
}

Result<std::vector<Statement>> prepare_all(Database& database, std::span<const char* const> sql) {
  std::vector<Statement> statements;
  for (const char* text : sql) {
    auto statement = database.prepare(text);
    if (!statement) return statement.error();
    statements.push_back(std::move(*statement));
  }
  return statements;
}

Result<std::optional<std::int64_t>> optional_integer(Rows rows) {
  const auto row = rows.next();
  if (!row) return row.error();
  return *row ? std::optional(rows.integer(0)) : std::nullopt;
}

Result<std::int64_t> integer(Rows rows) {
  const auto row = rows.next();
  if (!row) return row.error();
  if (!*row) return Error(Code::internal, "a statement gave no row");
  return rows.integer(0);
}

Result<RangeSet> ranges(Rows rows) {
  RangeSet set;
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return set;
    set.add({unsigned_of(rows.integer(0)), unsigned_of(rows.integer(1))});
  }
}

}  // namespace vitald
