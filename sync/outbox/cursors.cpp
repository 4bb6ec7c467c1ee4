#include "sync/outbox/cursors.hpp"

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
    cursors_[{std::string(rows.bytes(0)), std::string(rows.bytes(1))}] = rows.bytes(2);
  }
}

Result<void> Cursors::put(std::span<const StoredCursor> cursors) {
  for (const StoredCursor& cursor : cursors) {
    const Result<void> written =
        put_.execute(std::string_view(cursor.driver), std::string_view(cursor.name), std::string_view(cursor.bytes));
    if (!written) return written;
    cursors_[{cursor.driver, cursor.name}] = cursor.bytes;
  }
  return {};
}

std::string Cursors::get(std::string_view driver, std::string_view name) const {
  const auto found = cursors_.find({std::string(driver), std::string(name)});
  return found == cursors_.end() ? std::string() : found->second;
}

}  // namespace vitald
