#include "platform/storage/error.hpp"

#include <sqlite3.h>

namespace vitald {
namespace {

Code meaning(int code) {
  if (code == SQLITE_IOERR_NOMEM) return Code::unavailable;
  if (code == SQLITE_IOERR_CORRUPTFS) return Code::corrupt;
  switch (code & 0xff) {
    case SQLITE_FULL:
      return Code::full;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Code::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Code::refused;
    case SQLITE_NOMEM:
      return Code::unavailable;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Code::io;
    default:
      return Code::internal;
  }
}

}  // namespace

Error storage_error(sqlite3* connection, int code) {
  const bool known = connection != nullptr && (sqlite3_errcode(connection) & 0xff) == (code & 0xff);
  const int extended = known ? sqlite3_extended_errcode(connection) : code;
  std::string sentence = known ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  return {meaning(extended), sentence + " (SQLite " + std::to_string(extended) + ")"};
}

}  // namespace vitald
