#pragma once

// The parts of bench_outbox.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "platform/model/reading.hpp"
#include "sync/outbox/outbox.hpp"
#include "tests/bench/outbox/meter.hpp"

namespace vitald::bench {

struct Options {
  std::string folder = "/tmp", script;
  int commits = 2000, rounds = 3;
  double backlog = 1e6;
  std::uint64_t start_mb = 64;
  double alarm_s = 5;
};

constexpr std::uint32_t kReadings = 512;

// A folder with an outbox that seals by HPKE.
class Site {
 public:
  explicit Site(const std::string& parent);
  ~Site();
  const std::string& folder() const { return folder_; }
  std::string file() const { return folder_ + "/outbox.db"; }
  OutboxSettings settings(Microseconds keep);
  std::unique_ptr<Outbox> open(Microseconds keep);

 private:
  std::int64_t now_us_ = 1'000'000;
  std::string folder_;
};

// A 100 Hz signal jittered by 2 ms, 1 ms resolution, in blocks of so many readings.
std::vector<std::vector<Reading>> signal(std::uint32_t readings, int blocks);
ClosedBatch closed(const std::vector<Reading>& readings);

// Record, seal, commit, take, receipt, delete: beside a bare SQLite loop and a Python script, rounds in turn.
void life(const Options& options, Table& table);
// Appending and taking over growing backlogs.
void flatness(const Options& options, Table& table);
// A store whose process was killed.
void start(const Options& options, Table& table);
// record() to durable for an alarm while 8,000 readings a second stream, beside the disk's own sync.
void alarm_path(const Options& options, Table& table);

}  // namespace vitald::bench
