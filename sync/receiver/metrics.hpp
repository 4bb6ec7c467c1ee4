#pragma once

// What Prometheus asks for: counters of the ledger and of this process, in its text format.

#include <cstdint>
#include <string>

#include "sync/receiver/stats.hpp"

namespace vitald {

struct ProcessCounters {
  std::uint64_t queued_batches = 0, dropped_messages = 0, groups = 0, failed_groups = 0;
  bool connected = false;
};

std::string metrics_text(const Stats& stats, const ProcessCounters& process);

}  // namespace vitald
