#include "tests/fault/weak_sync.hpp"

#include <sqlite3.h>

#include <string_view>

namespace vitald::fault {
namespace {

// A pragma that is ignored does nothing and gives no error.
int ignore_stronger(void*, int action, const char* name, const char* value, const char*, const char*) {
  const bool sets = action == SQLITE_PRAGMA && value != nullptr && std::string_view(name) == "synchronous";
  return sets && std::string_view(value) != "NORMAL" ? SQLITE_IGNORE : SQLITE_OK;
}

// Exclusive as the product has it: without, a log needs shared memory.
int weaken(sqlite3* connection, const char**, const sqlite3_api_routines*) {
  sqlite3_exec(connection, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=NORMAL", nullptr, nullptr, nullptr);
  return sqlite3_set_authorizer(connection, ignore_stronger, nullptr);
}

}  // namespace

void weaken_every_connection() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(weaken)); }

}  // namespace vitald::fault
