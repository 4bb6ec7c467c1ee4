// Work for idle times, in slices of a few milliseconds.

#include <algorithm>

#include "sync/outbox/sqlite_outbox.hpp"

namespace vitald {
namespace {

constexpr int kRowsChecked = 32;
constexpr std::uint64_t kEraseAtOnce = 64;

}  // namespace

bool SqliteOutbox::background() {
  if (!ready()) return false;
  return check_slice() || salvage_slice() || erase_slice();
}

// After an unclean end every row is held against its hash, a few at a time.
bool SqliteOutbox::check_slice() {
  for (const Class class_ : kClasses) {
    std::optional<Position>& from = check_[static_cast<std::size_t>(class_) - 1];
    for (int count = 0; from && count < kRowsChecked; ++count) {
      const Result<std::optional<Position>> position = store_->rows(class_).first_from(*from);
      if (!position) return fail(position.error()), true;
      from = *position ? std::optional(**position + 1) : std::nullopt;
      if (!from) break;
      const Result<std::optional<Row>> row = store_->rows(class_).read(**position);
      if (!row) return fail(row.error()), true;
      if (!*row) condemn_rotten(class_, **position);
    }
    if (from) return true;
  }
  return false;
}

bool SqliteOutbox::erase_slice() {
  const auto due = [this] { return kept_.due(settings_.now(), kEraseAtOnce) >= kEraseAtOnce; };
  if (!due()) return false;
  const Result<void> written = write({});
  return written && due();
}

}  // namespace vitald
