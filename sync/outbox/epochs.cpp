#include "sync/outbox/epochs.hpp"

#include <algorithm>

namespace vitald {
namespace {

template <std::size_t n>
std::string_view bytes_of(const std::array<std::uint8_t, n>& array) {
  return {reinterpret_cast<const char*>(array.data()), n};
}

}  // namespace

Result<Epochs> Epochs::open(Database& database) {
  Result<Statement> load = database.prepare("SELECT base, id, boot, last, total, recipient FROM epoch ORDER BY base");
  if (!load) return load.error();
  Result<Statement> put = database.prepare("INSERT OR REPLACE INTO epoch VALUES(?, ?, ?, ?, ?, ?)");
  if (!put) return put.error();
  Result<Statement> erase = database.prepare("DELETE FROM epoch WHERE base = ?");
  if (!erase) return erase.error();
  return Epochs(std::move(*load), std::move(*put), std::move(*erase));
}

Result<void> Epochs::load() {
  epochs_.clear();
  Rows rows = load_.query();
  for (;;) {
    const Result<bool> more = rows.next();
    if (!more) return more.error();
    if (!*more) return {};
    Epoch epoch;
    epoch.base = static_cast<Position>(rows.integer(0));
    epoch.id = static_cast<std::uint64_t>(rows.integer(1));
    const std::string_view boot = rows.bytes(2);
    if (boot.size() != epoch.boot.size()) return Error(Code::corrupt, "an epoch without its boot id");
    std::copy(boot.begin(), boot.end(), epoch.boot.begin());
    epoch.last = static_cast<std::uint64_t>(rows.integer(3));
    epoch.total = static_cast<std::uint64_t>(rows.integer(4));
    const std::string_view recipient = rows.bytes(5);
    if (recipient.size() == epoch.recipient.size())
      std::copy(recipient.begin(), recipient.end(), epoch.recipient.begin());
    epochs_.push_back(epoch);
  }
}

Result<Epoch*> Epochs::ensure(const Epoch& epoch) {
  auto place = std::lower_bound(epochs_.begin(), epochs_.end(), epoch.base,
                                [](const Epoch& e, Position base) { return e.base < base; });
  if (place != epochs_.end() && place->base == epoch.base) return &*place;
  const bool newest = place == epochs_.end();
  if (newest && !epochs_.empty()) {
    const Result<void> closed = save(epochs_.back());
    if (!closed) return closed.error();
  }
  const Epoch fresh{epoch.base, epoch.id, epoch.boot, 0, 0, epoch.recipient};
  const Result<void> saved = save(fresh);
  if (!saved) return saved.error();
  return &*epochs_.insert(place, fresh);
}

Result<void> Epochs::save(const Epoch& epoch) {
  return put_.execute(epoch.base, epoch.id, bytes_of(epoch.boot), epoch.last, epoch.total, bytes_of(epoch.recipient));
}

Result<void> Epochs::erase(Position base) {
  const Result<void> erased = erase_.execute(base);
  if (erased) std::erase_if(epochs_, [base](const Epoch& epoch) { return epoch.base == base; });
  return erased;
}

Epoch* Epochs::find(std::uint64_t id) {
  const auto found =
      std::find_if(epochs_.rbegin(), epochs_.rend(), [id](const Epoch& epoch) { return epoch.id == id; });
  return found == epochs_.rend() ? nullptr : &*found;
}

const Epoch* Epochs::at(Position position) const {
  auto after =
      std::upper_bound(epochs_.begin(), epochs_.end(), position, [](Position p, const Epoch& e) { return p < e.base; });
  if (after == epochs_.begin() || position <= std::prev(after)->base) return nullptr;
  return &*std::prev(after);
}

}  // namespace vitald
