#pragma once

// What a piece of work costs this process and the disk.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace vitald::bench {

struct Cost {
  double seconds = 0, cpu = 0;                    // of the clock; of the processor, user and system
  std::uint64_t written = 0;                      // bytes that this process caused to be written to a device
  std::uint64_t device = 0;                       // bytes written to the folder's device, by anyone; with metadata
  std::uint64_t passed_in = 0, passed_out = 0;    // bytes through read and write calls
  std::uint64_t read_calls = 0, write_calls = 0;  // syscalls
  std::uint64_t syncs = 0;
};

class Meter {
 public:
  explicit Meter(const std::string& folder);
  Cost so_far() const;
  static std::uint64_t rss_kb();

 private:
  Cost now() const;
  std::string device_stat_;
  Cost begun_;
};

double median(std::vector<double> values);
double percentile(std::vector<double> values, double percent);

// What was measured beside what was promised.
class Table {
 public:
  enum class Kind { count, time };  // a time says as much about the machine's other work
  void at_least(Kind kind, const std::string& what, double value, double bound, const char* unit);
  void at_most(Kind kind, const std::string& what, double value, double bound, const char* unit);
  void note(const std::string& what, double value, const char* unit);
  void print() const;
  bool holds(bool times_too) const;

 private:
  struct Row {
    Kind kind;
    std::string what;
    double value, bound;
    const char* sign;
    std::string unit;
    bool good;
  };
  std::vector<Row> rows_;
};

}  // namespace vitald::bench
