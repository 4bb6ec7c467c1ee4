#pragma once

// How a quota of bytes is divided: the database file, its write-ahead log, and what was set aside. Together they never
// exceed it.

#include <cstdint>

namespace vitald {

constexpr std::uint32_t kPageBytes =
    1024;  // measured best over a batch's life, DESIGN of the store in docs/durability.md
constexpr std::uint64_t kSmallestQuota = 512 << 10;

struct Budget {
  std::uint32_t step_bytes = 0;      // the database file grows by
  std::uint64_t log_pages = 0;       // the log is copied back once it has so many
  std::uint64_t log_bytes = 0;       // the log file's bound
  std::uint64_t commit_bytes = 0;    // batches' bytes in one transaction
  std::uint64_t database_bytes = 0;  // the database file's bound, a multiple of the step
  std::uint64_t headroom_bytes = 0;  // left free on the disk for others

  std::uint64_t database_pages() const { return database_bytes / kPageBytes; }
};

Budget divide(std::uint64_t quota, std::uint64_t set_aside_bytes);
// Set-aside files that take no more leave the database its smallest part.
std::uint64_t most_set_aside(std::uint64_t quota);

}  // namespace vitald
