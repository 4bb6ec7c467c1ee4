#include "sync/outbox/kept.hpp"

#include <algorithm>

namespace vitald {
namespace {

constexpr int kParts = 256;

}  // namespace

// Receipts come in often and in order: neighbours that came within a small part of the keep time are kept as one, and
// stay for that part longer.
void Kept::add(Range confirmed, BootTime now) {
  if (!confirmed_.empty()) {
    Confirmed& newest = confirmed_.back();
    if (newest.range.last + 1 == confirmed.first && now - newest.at <= keep_ / kParts) {
      newest.range.last = confirmed.last;
      return;
    }
  }
  confirmed_.push_back({confirmed, now});
}

bool Kept::over(const Confirmed& confirmed, BootTime now) const {
  return now - confirmed.at >= keep_ + keep_ / kParts || now < confirmed.at;
}

std::optional<Range> Kept::take(BootTime now, std::uint64_t positions, bool any) {
  if (confirmed_.empty() || !(any || over(confirmed_.front(), now))) return std::nullopt;
  Range& oldest = confirmed_.front().range;
  const Range taken{oldest.first, std::min(oldest.last, oldest.first + positions - 1)};
  oldest.first = taken.last + 1;
  if (oldest.first > oldest.last) confirmed_.pop_front();
  return taken;
}

std::uint64_t Kept::due(BootTime now, std::uint64_t enough) const {
  std::uint64_t count = 0;
  for (const Confirmed& confirmed : confirmed_) {
    if (count >= enough || !over(confirmed, now)) break;
    count += confirmed.range.last - confirmed.range.first + 1;
  }
  return count;
}

}  // namespace vitald
