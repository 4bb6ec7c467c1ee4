// Fails disk call number N, for N = 1, 2, 3 ... until a whole run passes, once and for good, as an I/O error (reads
// too), a full disk and a short write; then allocation number N of SQLite. After each the disk works again, and the
// next commit must work without a person's help. Then the power is cut: every batch whose commit returned must be
// there, those that a failed commit left behind too, and after a failed sync numbering must have gone on in a new
// epoch.

#include <sqlite3.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "tests/fault/pace.hpp"
#include "tests/fault/quick_sqlite.hpp"
#include "tests/fault/sim_disk.hpp"
#include "tests/fault/store_trial.hpp"

namespace {

using namespace vitald;
using namespace vitald::fault;

constexpr std::uint64_t kAll = 1'000'000;  // no run has so many calls

// SQLite's allocator, failing the one call.
struct Allocations {
  static inline sqlite3_mem_methods real{};
  static inline std::uint64_t count = 0, fail_at = 0;

  static bool fails() { return fail_at != 0 && ++count == fail_at; }
  static void* allocate(int size) { return fails() ? nullptr : real.xMalloc(size); }
  static void* reallocate(void* old, int size) { return fails() ? nullptr : real.xRealloc(old, size); }
  static void install() {
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
    sqlite3_mem_methods ours = real;
    ours.xMalloc = allocate;
    ours.xRealloc = reallocate;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
  }
  static void fail(std::uint64_t at) { count = 0, fail_at = at; }
};

struct Totals {
  std::uint64_t runs = 0, failures = 0;
  Oracle worst;
};

class Sweep {
 public:
  Sweep(std::uint64_t seed, std::string folder) : seed_(seed), folder_(std::move(folder)) {}

  // One run with one failure. false: the failure was beyond the run's end.
  bool run(Failure failure, std::uint64_t allocation) {
    SimDisk disk;
    StoreTrial trial(seed_, folder_, 0, [&disk] { return disk.failed_syncs(); });
    std::filesystem::remove(folder_ + "/outbox.db.lock");
    disk.fail(failure);
    Allocations::fail(allocation);
    if (trial.open()) trial.work(kSteps, [] { return false; });
    const bool struck = disk.struck() || (allocation != 0 && Allocations::count >= allocation);
    Allocations::fail(0);
    disk.fail({});
    recover(trial);
    trial.close();
    std::mt19937_64 unused;
    disk.cut(Cut::drop, unused);
    if (!trial.open())
      ++trial.oracle().unopened;
    else
      trial.check();
    note(trial.oracle(), struck);
    return struck;
  }

  const Totals& totals() const { return totals_; }

 private:
  static constexpr int kSteps = 26;

  // The disk is well again: the next commit must work by itself.
  void recover(StoreTrial& trial) {
    if (!trial.is_open() && !trial.open()) return void(++trial.oracle().unopened);
    if (!trial.commit_again()) ++trial.oracle().wrong;
    trial.work(4, [] { return false; });
  }

  void note(const Oracle& oracle, bool struck) {
    ++totals_.runs;
    totals_.failures += struck ? 1 : 0;
    totals_.worst.lost += oracle.lost;
    totals_.worst.reused += oracle.reused;
    totals_.worst.wrong += oracle.wrong;
    totals_.worst.corrupt += oracle.corrupt;
    totals_.worst.unopened += oracle.unopened;
  }

  std::uint64_t seed_;
  std::string folder_;
  Totals totals_;
};

constexpr Failure kFailures[] = {
    {Failure::Kind::io_error, 0, false, true},     {Failure::Kind::io_error, 0, true, true},
    {Failure::Kind::disk_full, 0, false, false},   {Failure::Kind::disk_full, 0, true, false},
    {Failure::Kind::short_write, 0, false, false}, {Failure::Kind::short_write, 0, true, false},
};

// Every call of a run fails once in its turn.
void sweep_disk(Sweep& sweep, Pace& pace, std::uint64_t step) {
  for (Failure failure : kFailures) {
    failure.at = 1;
    while (pace.goes_on(sweep.totals().runs) && sweep.run(failure, 0)) failure.at += step;
  }
}

void sweep_memory(Sweep& sweep, Pace& pace, std::uint64_t step) {
  std::uint64_t at = 1;
  while (pace.goes_on(sweep.totals().runs) && sweep.run({}, at)) at += step;
}

int report(const char* what, const Totals& totals, std::uint64_t seed) {
  const auto ull = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  const Oracle& worst = totals.worst;
  std::printf(
      "io_sweep: %s: %llu runs with a failure, %llu batches lost, %llu stores corrupt, %llu not opened, %llu numbers "
      "reused, %llu wrong; seed %llu\n",
      what, ull(totals.failures), ull(worst.lost), ull(worst.corrupt), ull(worst.unopened), ull(worst.reused),
      ull(worst.wrong), ull(seed));
  return worst.clean() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  PaceOptions options;
  std::uint64_t step = 1;
  CLI::App app("Fails every call of the outbox's disk and allocator in turn");
  Pace::declare(app, options, "failures of the disk, and as many of the allocator, at most", kAll);
  app.add_option("--step", step, "only every so many calls")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  use_one_thread();
  Allocations::install();
  char folder[] = "/tmp/vitald-sweep-XXXXXX";
  if (mkdtemp(folder) == nullptr) return 2;
  Pace pace(options, "io_sweep", kAll);
  Sweep disk(options.seed, folder), memory(options.seed, folder);
  sweep_disk(disk, pace, step);
  sweep_memory(memory, pace, step);
  std::filesystem::remove_all(folder);
  return report("disk", disk.totals(), options.seed) + report("memory", memory.totals(), options.seed);
}
