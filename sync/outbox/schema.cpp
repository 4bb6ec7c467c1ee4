#include "sync/outbox/schema.hpp"

#include <iterator>

#include "platform/storage/transaction.hpp"

namespace vitald {
namespace {

constexpr std::int64_t kApplicationId = 0x76697464;  // "vitd"

// A table a class, so that rows are only ever appended to each: full pages, and eviction takes them off the other end.
// bytes stays last: what stands before it is read without following its overflow pages.
constexpr char kBatchTable[] =
    "(position INTEGER PRIMARY KEY, readings INTEGER NOT NULL, total INTEGER NOT NULL, first_us INTEGER NOT NULL,"
    " last_us INTEGER NOT NULL, hash INTEGER NOT NULL, bytes BLOB NOT NULL);";

// Each step brings a store from the version of its index to the next one. Version 0 is an empty file.
std::string step_from_0(const std::string& device_hex) {
  std::string sql;
  for (const char* table : {"alarm", "vital", "waveform"}) sql += std::string("CREATE TABLE ") + table + kBatchTable;
  return sql +
         // last and total are 0 while the epoch is the newest one: its rows tell.
         "CREATE TABLE epoch(base INTEGER PRIMARY KEY, id INTEGER NOT NULL, boot BLOB NOT NULL, last INTEGER NOT NULL,"
         " total INTEGER NOT NULL);"
         // Positions that wait for no receipt any more, confirmed or lost.
         "CREATE TABLE settled(first INTEGER PRIMARY KEY, last INTEGER NOT NULL, readings INTEGER NOT NULL,"
         " hash INTEGER NOT NULL);"
         // Positions that have no row any more.
         "CREATE TABLE gone(first INTEGER PRIMARY KEY, last INTEGER NOT NULL, readings INTEGER NOT NULL,"
         " hash INTEGER NOT NULL);"
         "CREATE TABLE cursor(driver BLOB NOT NULL, name BLOB NOT NULL, bytes BLOB NOT NULL,"
         " PRIMARY KEY(driver, name)) WITHOUT ROWID;"
         "CREATE TABLE counter(name INTEGER PRIMARY KEY, value INTEGER NOT NULL);"
         "CREATE TABLE device(id BLOB NOT NULL);"
         "INSERT INTO device VALUES(x'" +
         device_hex +
         "');"
         "PRAGMA application_id=" +
         std::to_string(kApplicationId) + ";";
}

// Key id that an epoch's batches are sealed to; of older epochs it is not known.
constexpr char kStepFrom1[] = "ALTER TABLE epoch ADD COLUMN recipient BLOB NOT NULL DEFAULT x'';";

std::string steps_from(std::int64_t version, const std::string& device_hex) {
  std::string sql;
  if (version < 1) sql += step_from_0(device_hex);
  if (version < 2) sql += kStepFrom1;
  return sql + "PRAGMA user_version=" + std::to_string(kSchemaVersion);
}

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    constexpr char kDigits[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    text += {kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return text;
}

// All steps or none: a power cut leaves the store as it was.
Result<void> bring_up_to_date(Database& database, std::int64_t version, const std::string& device) {
  Result<Transaction> transaction = Transaction::begin(database);
  if (!transaction) return transaction.error();
  const Result<void> made = database.execute(steps_from(version, hex(device)));
  return made ? transaction->commit() : made;
}

Result<void> create(Database& database, const std::string& device) {
  const Result<std::int64_t> objects = database.number("SELECT count(*) FROM sqlite_schema");
  if (!objects) return objects.error();
  const Result<std::int64_t> application = database.number("PRAGMA application_id");
  if (!application) return application.error();
  if (*objects != 0 || *application != 0) return Error(Code::corrupt, "a database, but no outbox");
  return bring_up_to_date(database, 0, device);
}

Result<void> check_device(Database& database, const std::string& device) {
  Result<Statement> statement = database.prepare("SELECT id FROM device");
  if (!statement) return statement.error();
  Rows rows = statement->query();
  const Result<bool> row = rows.next();
  if (!row) return row.error();
  if (!*row) return Error(Code::corrupt, "the store names no device");
  const std::string owner(rows.bytes(0));
  if (owner != device) return Error(Code::invalid, "the store belongs to device " + owner);
  return {};
}

}  // namespace

Result<void> prepare_schema(Database& database, const std::string& device) {
  const Result<std::int64_t> version = database.number("PRAGMA user_version");
  if (!version) return version.error();
  if (*version == 0) return create(database, device);
  const Result<std::int64_t> application = database.number("PRAGMA application_id");
  if (!application) return application.error();
  if (*application != kApplicationId) return Error(Code::corrupt, "a database, but no outbox");
  if (*version > kSchemaVersion) {
    return Error(Code::refused, "the store has schema version " + std::to_string(*version) + ", this program knows " +
                                    std::to_string(kSchemaVersion) + ": install the newer vitald again");
  }
  const Result<void> ours = check_device(database, device);
  if (!ours || *version == kSchemaVersion) return ours;
  const Result<void> updated = bring_up_to_date(database, *version, device);
  return updated ? updated : updated.error().in("bringing the store up to date");
}

}  // namespace vitald
