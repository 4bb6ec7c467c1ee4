#pragma once

// What the ledger holds, counted: per device and in all.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "platform/model/result.hpp"
#include "platform/sql/sql.hpp"

namespace vitald {

struct Counts {
  std::uint64_t epochs = 0, batches = 0, readings = 0, bytes = 0;
  std::uint64_t duplicates = 0;    // batches that came again, the same
  std::uint64_t conflicts = 0;     // batches that came again with other bytes
  std::uint64_t gaps = 0;          // batches that were given out and neither came nor were declared lost
  std::uint64_t lost_batches = 0;  // declared lost by the device
  std::uint64_t lost_readings =
      0;  // of them and of readings that never were in a batch, as far as the device could count
  std::map<std::string, std::uint64_t> refused;  // by reason
};

struct DeviceCounts {
  std::string device;
  bool registered = false;
  std::int64_t last_utc_us = 0;  // when a batch last came; 0 = never
  Counts counts;
};

struct Stats {
  Counts total;  // with what came from devices that are not registered
  std::vector<DeviceCounts> devices;
  std::uint64_t alarms_waiting = 0;  // batches that the webhook has not taken
};

Result<Stats> read_stats(sql::Database& database);
std::string to_json(const Stats& stats);
std::string to_text(const Stats& stats);

}  // namespace vitald
