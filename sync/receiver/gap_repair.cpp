#include "sync/receiver/gap_repair.hpp"

#include <algorithm>

namespace vitald {
namespace {

constexpr Microseconds kLongestWait = std::chrono::hours(1);

}  // namespace

void GapRepair::watch(std::int64_t device, std::optional<std::uint64_t> missing, BootTime now) {
  watched_.insert_or_assign(device, Watch{now + grace_, grace_, missing});
}

std::vector<std::int64_t> GapRepair::due(BootTime now) const {
  std::vector<std::int64_t> devices;
  for (const auto& [device, watch] : watched_)
    if (watch.due <= now) devices.push_back(device);
  return devices;
}

bool GapRepair::look(std::int64_t device, std::uint64_t missing, BootTime now) {
  const auto found = watched_.find(device);
  if (found == watched_.end()) return false;
  if (missing == 0) {
    watched_.erase(found);
    return false;
  }
  Watch& watch = found->second;
  const bool stuck = watch.missing && missing >= *watch.missing;
  watch.wait = stuck ? std::min(2 * watch.wait, std::max(grace_, kLongestWait)) : grace_;
  watch.missing = missing;
  watch.due = now + watch.wait;
  return stuck;
}

}  // namespace vitald
