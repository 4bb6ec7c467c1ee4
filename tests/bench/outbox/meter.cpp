#include "tests/bench/outbox/meter.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>

namespace {

std::uint64_t syncs = 0;

}  // namespace

// SQLite syncs through these; ours come first.
extern "C" int fdatasync(int descriptor) {
  ++syncs;
  return static_cast<int>(syscall(SYS_fdatasync, descriptor));
}
extern "C" int fsync(int descriptor) {
  ++syncs;
  return static_cast<int>(syscall(SYS_fsync, descriptor));
}

namespace vitald::bench {
namespace {

void read_process(Cost& cost) {
  std::ifstream file("/proc/self/io");
  std::string name;
  for (std::uint64_t value = 0; file >> name >> value;) {
    if (name == "rchar:") cost.passed_in = value;
    if (name == "wchar:") cost.passed_out = value;
    if (name == "syscr:") cost.read_calls = value;
    if (name == "syscw:") cost.write_calls = value;
    if (name == "write_bytes:") cost.written = value;
  }
}

// Field 7 of a block device's stat: sectors of 512 bytes written.
std::uint64_t device_written(const std::string& file) {
  std::ifstream stat(file);
  std::uint64_t value = 0;
  for (int field = 1; field <= 7; ++field) stat >> value;
  return stat ? value * 512 : 0;
}

double processor() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

Meter::Meter(const std::string& folder) {
  struct stat status {};
  if (stat(folder.c_str(), &status) == 0) {
    device_stat_ =
        "/sys/dev/block/" + std::to_string(major(status.st_dev)) + ":" + std::to_string(minor(status.st_dev)) + "/stat";
  }
  begun_ = now();
}

Cost Meter::now() const {
  Cost cost;
  cost.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  cost.cpu = processor();
  read_process(cost);
  cost.device = device_written(device_stat_);
  cost.syncs = syncs;
  return cost;
}

Cost Meter::so_far() const {
  Cost cost = now();
  cost.seconds -= begun_.seconds;
  cost.cpu -= begun_.cpu;
  cost.written -= begun_.written;
  cost.device -= begun_.device;
  cost.passed_in -= begun_.passed_in;
  cost.passed_out -= begun_.passed_out;
  cost.read_calls -= begun_.read_calls;
  cost.write_calls -= begun_.write_calls;
  cost.syncs -= begun_.syncs;
  return cost;
}

std::uint64_t Meter::rss_kb() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0, resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

double median(std::vector<double> values) { return percentile(std::move(values), 50); }

double percentile(std::vector<double> values, double percent) {
  std::ranges::sort(values);
  const auto last = static_cast<double>(values.size() - 1);
  return values.at(static_cast<std::size_t>(last * percent / 100));
}

void Table::at_least(Kind kind, const std::string& what, double value, double bound, const char* unit) {
  rows_.push_back({kind, what, value, bound, ">=", unit, value >= bound});
}

void Table::at_most(Kind kind, const std::string& what, double value, double bound, const char* unit) {
  rows_.push_back({kind, what, value, bound, "<=", unit, value <= bound});
}

void Table::note(const std::string& what, double value, const char* unit) {
  rows_.push_back({Kind::count, what, value, 0, "", unit, true});
}

void Table::print() const {
  for (const Row& row : rows_) {
    std::printf("%-66s %12.*f %-16s", row.what.c_str(), row.value < 100 ? 3 : 0, row.value, row.unit.c_str());
    if (*row.sign != '\0') std::printf(" %s %.10g: %s", row.sign, row.bound, row.good ? "yes" : "NO");
    std::printf("\n");
  }
}

bool Table::holds(bool times_too) const {
  return std::ranges::all_of(rows_, [&](const Row& row) { return row.good || (row.kind == Kind::time && !times_too); });
}

}  // namespace vitald::bench
