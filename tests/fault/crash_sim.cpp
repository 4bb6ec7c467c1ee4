// Power cuts at random calls of the store's disk. Prints what it found and its seed; the exit code is 0 when nothing
// was lost, corrupt or numbered twice (with --expect-loss: when something was).

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "tests/fault/sim_disk.hpp"
#include "tests/fault/store_trial.hpp"

namespace {

using namespace vitald;
using namespace vitald::fault;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kCutsADisk = 64, kMostCallsACut = 80;

struct Options {
  std::uint64_t seed = std::random_device{}();
  std::uint64_t cuts = 2000;
  double minutes = 0;
  std::string mode = "full";
  bool lying = false, expect_loss = false;
};

class Run {
 public:
  Run(const Options& options, const std::string& folder)
      : options_(options), folder_(folder), random_(options.seed), trial_(random_(), folder) {
    disk_.lie(options.lying);
    disk_.sync_as_normal(options.mode == "normal");
  }

  void cuts() {
    const auto end = Clock::now() + std::chrono::duration<double, std::ratio<60>>(options_.minutes);
    while (cuts_ < options_.cuts || Clock::now() < end) {
      if (cuts_ % kCutsADisk == 0) fresh_disk();
      one_cut();
    }
  }

  int report() {
    const Oracle& oracle = trial_.oracle();
    std::printf(
        "crash_sim: %llu cuts, %llu commits, %llu accepted batches lost, %llu cuts that lost some, %llu stores "
        "corrupt, %llu not opened, %llu numbers reused, %llu wrong batches; mode %s%s, seed %llu\n",
        ull(cuts_), ull(trial_.commits()), ull(oracle.lost), ull(losing_cuts_), ull(oracle.corrupt),
        ull(oracle.unopened), ull(oracle.reused), ull(oracle.wrong), options_.mode.c_str(),
        options_.lying ? ", lying disk" : "", ull(options_.seed));
    return oracle.clean() != options_.expect_loss ? 0 : 1;
  }

 private:
  static unsigned long long ull(std::uint64_t value) { return value; }

  void fresh_disk() {
    trial_.close();
    disk_.wipe();
    trial_.new_disk();
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
      std::filesystem::remove(entry.path(), error);
    }
  }

  // Works until the power goes, brings it back, and looks.
  void one_cut() {
    disk_.fail({Failure::Kind::cut, random_() % kMostCallsACut + 1, true});
    if (trial_.is_open() || trial_.open()) trial_.work(1000, [this] { return disk_.struck(); });
    trial_.close();
    constexpr Cut kModels[] = {Cut::drop, Cut::prefix, Cut::torn};
    disk_.cut(kModels[random_() % 3], random_);
    ++cuts_;
    if (!trial_.open()) {
      ++trial_.oracle().unopened;
      return fresh_disk();
    }
    const std::uint64_t before = trial_.oracle().lost;
    trial_.check();
    if (random_() % 2 == 0) trial_.receipt_all();  // keeps the store small, and the cuts many
    if (trial_.oracle().lost > before) ++losing_cuts_;
  }

  const Options& options_;
  std::string folder_;
  std::mt19937_64 random_;
  SimDisk disk_;
  StoreTrial trial_;
  std::uint64_t cuts_ = 0, losing_cuts_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Cuts the power under the outbox");
  app.add_option("--seed", options.seed, "of all chance");
  app.add_option("--cuts", options.cuts, "how many power cuts");
  app.add_option("--minutes", options.minutes, "at least so long");
  app.add_option("--mode", options.mode, "full: as the product; normal: WAL with synchronous=NORMAL")
      ->check(CLI::IsMember({"full", "normal"}));
  app.add_flag("--lying", options.lying, "the disk says that it synced and did not");
  app.add_flag("--expect-loss", options.expect_loss, "succeed only when something was lost");
  CLI11_PARSE(app, argc, argv);
  char folder[] = "/tmp/vitald-crash-XXXXXX";
  if (mkdtemp(folder) == nullptr) return 2;
  int code = 0;
  {
    Run run(options, folder);
    run.cuts();
    code = run.report();
  }
  std::filesystem::remove_all(folder);
  return code;
}
