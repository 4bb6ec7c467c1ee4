// Overwrites random pages of a store, opens it, and counts what salvage brings over. A batch that differs from what was
// committed is a failure; so is a mean below 99 %.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <random>

#include "sync/outbox/outbox.hpp"
#include "tests/fault/pace.hpp"

namespace {

using namespace vitald;
using namespace vitald::fault;
namespace fs = std::filesystem;
using Key = std::pair<std::uint64_t, std::uint64_t>;
using Batches = std::map<Key, std::string>;

constexpr int kCommits = 200, kBatchesACommit = 10;
constexpr std::uint64_t kUsualRuns = 20;

struct Site {
  OutboxSettings settings;
  std::int64_t now_us = 1'000'000;
  std::unique_ptr<Outbox> outbox;

  bool open() {
    outbox.reset();
    Result<std::unique_ptr<Outbox>> opened = Outbox::open(settings);
    if (opened) outbox = std::move(*opened);
    return opened.ok();
  }
  bool commit(std::vector<ClosedBatch> batches) {
    now_us += 1'000'000;
    return outbox->commit(batches, {}).ok();
  }
  ClosedBatch batch(Class class_, std::string body) const {
    return {class_, 10, boot_time(now_us), boot_time(now_us), std::move(body)};
  }
  Batches all() {
    Batches all;
    outbox->rewind();
    for (const Lane lane : {Lane::alarm, Lane::backfill}) {
      for (int idle = 0; idle < 3;) {  // an error: the store was set aside and the next call works
        const Result<std::vector<StoredBatch>> batches = outbox->take(lane, 1 << 20, 100);
        if (!batches || batches->empty()) {
          ++idle;
          continue;
        }
        for (const StoredBatch& batch : *batches) all[{batch.epoch, batch.number}] = batch.bytes;
      }
    }
    return all;
  }
};

std::string random_body(std::mt19937_64& random) {
  std::string body(random() % 3 == 0 ? random() % 4000 : random() % 900 + 20, '\0');
  for (char& c : body) c = static_cast<char>(random());
  return body;
}

void damage(const std::string& file, std::mt19937_64& random) {
  constexpr std::uint64_t kDamagedPage = 4096;
  const std::uint64_t pages = fs::file_size(file) / kDamagedPage;
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  for (auto count = random() % 4 + 1; count > 0; --count) {
    std::string garbage(kDamagedPage, '\0');
    for (char& c : garbage) c = static_cast<char>(random());
    stream.seekp(static_cast<std::streamoff>(random() % pages * kDamagedPage));
    stream << garbage;
  }
}

struct Outcome {
  double salvaged = 0;
  std::uint64_t wrong = 0;
  double accepting_after_s = 0;
  bool failed = false;
};

Outcome one_run(const std::string& folder, std::mt19937_64& random) {
  using Clock = std::chrono::steady_clock;
  Site site;
  site.settings.file = folder + "/outbox.db";
  site.settings.device = "gateway-7";
  site.settings.now = [&site] { return boot_time(site.now_us); };
  site.settings.seal = no_seal();
  Outcome outcome;
  if (!site.open()) return outcome.failed = true, outcome;
  for (int i = 0; i < kCommits; ++i) {
    std::vector<ClosedBatch> batches;
    for (int j = 0; j < kBatchesACommit; ++j)
      batches.push_back(site.batch(kClasses[random() % 3], random_body(random)));
    (void)site.commit(std::move(batches));
  }
  const Batches before = site.all();
  site.outbox.reset();
  fs::remove(site.settings.file + "-wal");  // was copied back: what it still holds would hide the damage
  damage(site.settings.file, random);
  const Clock::time_point start = Clock::now();
  if (!site.open()) return outcome.failed = true, outcome;
  while (!site.commit({site.batch(Class::alarm, "first after the damage")}) &&
         Clock::now() - start < std::chrono::seconds(10)) {
  }
  outcome.accepting_after_s = std::chrono::duration<double>(Clock::now() - start).count();
  (void)site.all();  // meets the damage
  for (int i = 0; i < 100'000 && site.outbox->background(); ++i) {
  }
  const Batches after = site.all();
  std::uint64_t kept = 0;
  for (const auto& [key, bytes] : before) {
    const auto found = after.find(key);
    kept += found != after.end() ? 1 : 0;
    outcome.wrong += found != after.end() && found->second != bytes ? 1 : 0;
  }
  outcome.salvaged = static_cast<double>(kept) / static_cast<double>(before.size());
  return outcome;
}

}  // namespace

int main(int argc, char** argv) {
  PaceOptions options;
  CLI::App app("Damages random pages of a store and counts what is salvaged");
  Pace::declare(app, options, "damaged stores", kUsualRuns);
  CLI11_PARSE(app, argc, argv);
  Pace pace(options, "corrupt_sim", kUsualRuns);
  std::mt19937_64 random(options.seed);
  std::vector<double> salvaged;
  std::uint64_t wrong = 0, failed = 0;
  double slowest = 0;
  while (pace.goes_on(salvaged.size())) {
    char folder[] = "/tmp/vitald-corrupt-XXXXXX";
    if (mkdtemp(folder) == nullptr) return 2;
    const Outcome outcome = one_run(folder, random);
    salvaged.push_back(outcome.salvaged);
    wrong += outcome.wrong;
    failed += outcome.failed ? 1 : 0;
    slowest = std::max(slowest, outcome.accepting_after_s);
    fs::remove_all(folder);
  }
  std::sort(salvaged.begin(), salvaged.end());
  const double mean = std::accumulate(salvaged.begin(), salvaged.end(), 0.0) / static_cast<double>(salvaged.size());
  std::printf(
      "corrupt_sim: %zu runs of 1 to 4 pages of 4 KiB: mean %.2f %%, median %.2f %%, worst %.2f %% of batches "
      "salvaged, %llu wrong, %llu not opened, accepting again after at most %.3f s; seed %llu\n",
      salvaged.size(), 100 * mean, 100 * salvaged[salvaged.size() / 2], 100 * salvaged.front(),
      static_cast<unsigned long long>(wrong), static_cast<unsigned long long>(failed), slowest,
      static_cast<unsigned long long>(options.seed));
  return mean >= 0.99 && wrong == 0 && failed == 0 && slowest <= 5 ? 0 : 1;
}
