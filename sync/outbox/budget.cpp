#include "sync/outbox/budget.hpp"

#include <algorithm>

namespace vitald {
namespace {

constexpr std::uint64_t kLogBytes = 4 << 20, kCommitBytes = 1 << 20, kStepBytes = 256 << 10;
constexpr std::uint64_t kHeadroomBytes = 4 << 20;
constexpr std::uint64_t kLogPages = 2000;  // syncs per commit against bytes per commit: bench_outbox shows both
constexpr std::uint64_t kLockFileBytes = 4096;
// The database keeps a part even while something large is set aside: room to begin with, until salvage makes more.
constexpr std::uint64_t kLeastPart = 32, kLeastBytes = 256 << 10;

std::uint64_t whole(std::uint64_t bytes, std::uint64_t unit) { return bytes / unit * unit; }

std::uint64_t least_part(std::uint64_t quota) { return std::max(quota / kLeastPart, std::min(quota / 8, kLeastBytes)); }

std::uint64_t log_part(std::uint64_t quota) { return std::min(kLogBytes, quota / 4); }

}  // namespace

std::uint64_t most_set_aside(std::uint64_t quota) {
  quota = std::max(quota, kSmallestQuota);
  return quota - log_part(quota) - kLockFileBytes - least_part(quota);
}

Budget divide(std::uint64_t quota, std::uint64_t set_aside_bytes) {
  quota = std::max(quota, kSmallestQuota);
  Budget budget;
  budget.log_bytes = log_part(quota);
  budget.log_pages = std::min(kLogPages, budget.log_bytes / 2 / kPageBytes);
  budget.commit_bytes = std::min(kCommitBytes, budget.log_bytes / 4);
  budget.step_bytes =
      static_cast<std::uint32_t>(std::clamp(whole(quota / 64, 16 << 10), std::uint64_t{16 << 10}, kStepBytes));
  budget.headroom_bytes = std::min(kHeadroomBytes, quota / 16);
  const std::uint64_t rest = quota - budget.log_bytes - kLockFileBytes;
  const std::uint64_t left = rest > set_aside_bytes ? rest - set_aside_bytes : 0;
  budget.database_bytes = whole(std::max(left, least_part(quota)), budget.step_bytes);
  return budget;
}

}  // namespace vitald
