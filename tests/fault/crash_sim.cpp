// Power cuts at random calls of the store's disk. Prints what it found and its seed; the exit code is 0 when nothing
// was lost, corrupt or numbered twice (with --expect-loss: when something was).

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "tests/fault/pace.hpp"
#include "tests/fault/quick_sqlite.hpp"
#include "tests/fault/sim_disk.hpp"
#include "tests/fault/store_trial.hpp"
#include "tests/fault/weak_sync.hpp"

namespace {

using namespace vitald;
using namespace vitald::fault;

constexpr std::uint64_t kUsualCuts = 2000, kCutsADisk = 64, kMostCallsACut = 120;
constexpr std::uint64_t kKemEvery = 100;  // epochs: about one in a cut

struct Options {
  PaceOptions pace;
  std::string mode = "full";
  bool lying = false, expect_loss = false;
};

class Run {
 public:
  Run(const Options& options, const std::string& folder)
      : options_(options),
        folder_(folder),
        random_(options.pace.seed),
        trial_(random_(), folder, kKemEvery, [this] { return disk_.failed_syncs(); }) {
    disk_.lie(options.lying);
    if (options.mode == "normal") weaken_every_connection();
  }

  void cuts() {
    Pace pace(options_.pace, "crash_sim", kUsualCuts);
    for (; pace.goes_on(cuts_); one_cut()) {
      if (cuts_ % kCutsADisk == 0) fresh_disk();
    }
  }

  int report() {
    const Oracle& oracle = trial_.oracle();
    std::printf(
        "crash_sim: %llu cuts, %llu commits, %llu epochs by the KEM; %llu accepted batches lost, %llu cuts that lost "
        "some, %llu stores corrupt, %llu not opened, %llu numbers reused, %llu wrong batches; mode %s%s, seed %llu\n",
        ull(cuts_), ull(trial_.commits()), ull(trial_.seals().kem_epochs()), ull(oracle.lost), ull(losing_cuts_),
        ull(oracle.corrupt), ull(oracle.unopened), ull(oracle.reused), ull(oracle.wrong), options_.mode.c_str(),
        options_.lying ? ", lying disk" : "", ull(options_.pace.seed));
    return oracle.clean() != options_.expect_loss ? 0 : 1;
  }

 private:
  static unsigned long long ull(std::uint64_t value) { return value; }

  void fresh_disk() {
    trial_.close();
    disk_.wipe();
    disk_.names(random_() % 2 == 0 ? Names::by_folder : Names::by_file);
    trial_.new_disk();
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
      std::filesystem::remove(entry.path(), error);
    }
  }

  // Works until the power goes, brings it back, and looks.
  void one_cut() {
    disk_.fail({Failure::Kind::cut, random_() % kMostCallsACut + 1, true, false});
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
  Pace::declare(app, options.pace, "power cuts", kUsualCuts);
  app.add_option("--mode", options.mode, "full: as the product; normal: WAL with synchronous=NORMAL")
      ->check(CLI::IsMember({"full", "normal"}));
  app.add_flag("--lying", options.lying, "the disk says that it synced and did not");
  app.add_flag("--expect-loss", options.expect_loss, "succeed only when something was lost");
  CLI11_PARSE(app, argc, argv);
  use_one_thread();
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
