#include "sync/outbox/cursors.hpp"

#include <algorithm>

namespace vitald {

Result<Cursors> Cursors::open(Database& database) {
  Result<Statement> load = database.prepare("SELECT driver, name, bytes FROM cursor");
  if (!load) return load.error();
  Result<Statement> put = database.prepare("INSERT OR REPLACE INTO cursor VALUES(?, ?, ?)");
  if (!put) return put.error();
  return Cursors(std::move(*load), std::move(*put));
}

Result<void> Cursors::load() {
  cursors_.clear();
  Rows rows = load_.query();
  for (;;) {
    const Result<bool> more = rows.next();
    if (!more) return more.error();
    if (!*more) return {};
    cursors_.push_back({std::string(rows.bytes(0)), std::string(rows.bytes(1)), std::string(rows.bytes(2))});
  }
}

Result<void> Cursors::put(std::span<const StoredCursor> cursors) {
  for (const StoredCursor& cursor : cursors) {
    const Result<void> written =
        put_.execute(std::string_view(cursor.driver), std::string_view(cursor.name), std::string_view(cursor.bytes));
    if (!written) return written;
    remember(cursor);
  }
  return {};
}

void Cursors::remember(const StoredCursor& cursor) {
  const auto known = std::find_if(cursors_.begin(), cursors_.end(), [&](const StoredCursor& other) {
    return other.driver == cursor.driver && other.name == cursor.name;
  });
  if (known == cursors_.end()) {
    cursors_.push_back(cursor);
  } else {
    known->bytes = cursor.bytes;
  }
}

}  // namespace vitald
