#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "platform/storage/database.hpp"
#include "platform/storage/log_file.hpp"
#include "platform/storage/transaction.hpp"
#include "tests/support/result.hpp"

namespace vitald {
namespace {

// A folder of its own that goes with the test.
struct Folder {
  Folder() {
    char name[] = "/tmp/vitald-storage-XXXXXX";
    path = mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file() const { return path + "/test.db"; }
  std::string path;
};

Database open(const Folder& folder) {
  Result<Database> database = Database::open(folder.file());
  REQUIRE(database);
  REQUIRE(database->execute("PRAGMA page_size=1024; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL"));
  return std::move(*database);
}

std::string random_text(std::size_t size) { return std::string(size, 'x'); }

TEST_CASE("what is bound comes back, zero bytes and large integers included") {
  Folder folder;
  Database database = open(folder);
  REQUIRE(database.execute("CREATE TABLE t(id INTEGER PRIMARY KEY, bytes BLOB)"));
  Result<Statement> insert = database.prepare("INSERT INTO t VALUES(?, ?)");
  REQUIRE(insert);
  const std::string bytes("a\0b", 3);
  REQUIRE(insert->execute(std::uint64_t{1} << 62, std::string_view(bytes)));
  REQUIRE(insert->execute(-7, std::string_view()));
  CHECK(database.changed_rows() == 1);
  Result<Statement> select = database.prepare("SELECT id, bytes FROM t ORDER BY id DESC");
  REQUIRE(select);
  Rows rows = select->query();
  REQUIRE(*rows.next());
  CHECK(rows.integer(0) == std::int64_t{1} << 62);
  CHECK(rows.bytes(1) == bytes);
  REQUIRE(*rows.next());
  CHECK(rows.integer(0) == -7);
  CHECK(rows.bytes(1).empty());
  CHECK_FALSE(*rows.next());
}

TEST_CASE("a transaction that is not committed leaves nothing behind") {
  Folder folder;
  Database database = open(folder);
  REQUIRE(database.execute("CREATE TABLE t(id INTEGER PRIMARY KEY)"));
  {
    Result<Transaction> transaction = Transaction::begin(database);
    REQUIRE(transaction);
    REQUIRE(database.execute("INSERT INTO t VALUES(1)"));
  }
  CHECK(*database.number("SELECT count(*) FROM t") == 0);
  Result<Transaction> transaction = Transaction::begin(database);
  REQUIRE(database.execute("INSERT INTO t VALUES(2)"));
  REQUIRE(transaction->commit());
  CHECK(*database.number("SELECT count(*) FROM t") == 1);
}

TEST_CASE("a store at its page limit is full, and takes rows again after a delete") {
  Folder folder;
  Database database = open(folder);
  REQUIRE(database.execute("CREATE TABLE t(bytes BLOB); PRAGMA max_page_count=20"));
  Result<Statement> insert = database.prepare("INSERT INTO t VALUES(?)");
  const std::string bytes = random_text(3000);
  Result<void> inserted;
  for (int i = 0; i < 20 && inserted; ++i) inserted = insert->execute(std::string_view(bytes));
  REQUIRE_FALSE(inserted);
  CHECK(inserted.error().code() == Code::full);
  REQUIRE(database.execute("DELETE FROM t"));
  CHECK(insert->execute(std::string_view(bytes)));
}

TEST_CASE("a file that is no database is corrupt, a folder that is missing is io") {
  Folder folder;
  std::ofstream(folder.file()) << random_text(4096);
  Result<Database> database = Database::open(folder.file());
  REQUIRE(database);
  const Result<std::int64_t> read = database->number("SELECT count(*) FROM sqlite_schema");
  REQUIRE_FALSE(read);
  CHECK(read.error().code() == Code::corrupt);
  const Result<Database> missing = Database::open(folder.path + "/no/such.db");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code() == Code::io);
}

TEST_CASE("a second connection is refused while the first one is exclusive") {
  Folder folder;
  Database first = open(folder);
  REQUIRE(first.execute("CREATE TABLE t(id INTEGER PRIMARY KEY)"));
  Result<Database> second = Database::open(folder.file());
  REQUIRE(second);
  const Result<std::int64_t> read = second->number("SELECT count(*) FROM t");
  REQUIRE_FALSE(read);
  CHECK(read.error().code() == Code::refused);
}

TEST_CASE("the log is written over again once it was copied back") {
  Folder folder;
  Database database = open(folder);
  REQUIRE(database.grow_in_steps(65536));
  REQUIRE(database.execute("CREATE TABLE t(bytes BLOB)"));
  Result<Statement> insert = database.prepare("INSERT INTO t VALUES(zeroblob(5000))");
  for (int i = 0; i < 20; ++i) REQUIRE(insert->execute());
  const std::uint64_t log = database.log_bytes();
  CHECK(database.log_pages() > 100);
  REQUIRE(database.checkpoint());
  CHECK(database.log_pages() == 0);
  CHECK(database.file_bytes() % 65536 == 0);
  REQUIRE(insert->execute());
  CHECK(database.log_pages() < 20);
  CHECK(database.log_bytes() == log);
}

TEST_CASE("a log that is written again opens to the same rows") {
  Folder folder;
  {
    Database database = open(folder);
    REQUIRE(database.grow_in_steps(65536));
    REQUIRE(database.execute("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES(1),(2),(3)"));
  }
  REQUIRE(rewrite_log(folder.file() + "-wal"));
  Database database = open(folder);
  CHECK(*database.number("SELECT count(*) FROM t") == 3);
  CHECK(rewrite_log(folder.path + "/none-wal"));
}

}  // namespace
}  // namespace vitald
