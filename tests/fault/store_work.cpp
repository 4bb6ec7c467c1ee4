// Works on an outbox until it is killed, and looks at what is left of it: the part of the cut tools that runs on a real
// file system (ext4_cut.py, tests/lab/vm_kill.py, disk_full.py).
//
//   store_work write FILE    commits numbered batches and promises each one after its commit
//   store_work verify FILE   wants every promised batch, opened and compared, and a store that goes on
//
// A promise is a pair (receipted, accepted): batches with numbers in between must be there. It goes to a sector written
// past the cache (--promise, for a log of the disk's writes) and as a line to stdout.

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <set>

#include "sync/batch/envelope.hpp"
#include "sync/outbox/outbox.hpp"
#include "tests/fault/trial_keys.hpp"
#include "tests/fault/weak_sync.hpp"

namespace {

using namespace vitald;
using namespace vitald::fault;

constexpr std::size_t kSector = 4096;
constexpr std::array<char, 8> kMagic{'P', 'R', 'O', 'M', 'I', 'S', 'E', '1'};

struct Options {
  std::string file, promise;
  std::uint64_t seed = std::random_device{}(), first = 1, batches = 1000, accepted = 0, receipted = 0;
  std::uint64_t quota_kb = 4096;
  bool normal = false;
};

[[noreturn]] void fail(const std::string& sentence) {
  std::printf("%s\n", sentence.c_str());
  std::fflush(stdout);
  std::_Exit(1);
}

std::string body_of(std::uint64_t made) {
  std::mt19937_64 random(made);
  std::string body(8 + (random() % 5 == 0 ? random() % 6000 : random() % 900), '\0');
  std::memcpy(body.data(), &made, 8);
  for (std::size_t at = 8; at + 8 <= body.size(); at += 8) {
    const std::uint64_t word = random();
    std::memcpy(body.data() + at, &word, 8);
  }
  return body;
}

class Promise {
 public:
  explicit Promise(const std::string& device) {
    if (device.empty()) return;
    descriptor_ = open(device.c_str(), O_WRONLY | O_DIRECT | O_CLOEXEC);
    if (descriptor_ < 0) fail("cannot open " + device + ": " + std::strerror(errno));
    sector_ = static_cast<char*>(std::aligned_alloc(kSector, kSector));
    std::memset(sector_, 0, kSector);
  }

  void give(std::uint64_t receipted, std::uint64_t accepted) {
    if (sector_ != nullptr) {
      std::memcpy(sector_, kMagic.data(), 8);
      std::memcpy(sector_ + 8, &receipted, 8);
      std::memcpy(sector_ + 16, &accepted, 8);
      if (pwrite(descriptor_, sector_, kSector, 0) != static_cast<ssize_t>(kSector)) fail("cannot promise");
    }
    std::printf("promise %llu %llu\n", static_cast<unsigned long long>(receipted),
                static_cast<unsigned long long>(accepted));
    std::fflush(stdout);
  }

 private:
  int descriptor_ = -1;
  char* sector_ = nullptr;
};

std::unique_ptr<Outbox> open_outbox(const Options& options, std::int64_t& now_us) {
  OutboxSettings settings;
  settings.file = options.file;
  settings.quota = options.quota_kb << 10;
  settings.keep = Microseconds(0);
  settings.device = "gateway-7";
  settings.now = [&now_us] { return boot_time(now_us += 1'000'000); };
  settings.seal = hpke_seal(trial_device(), trial_recipient().public_key);
  Result<std::unique_ptr<Outbox>> opened = Outbox::open(std::move(settings));
  if (!opened) fail("not opened: " + opened.error().sentence());
  return std::move(*opened);
}

void receipt_everything(Outbox& outbox) {
  for (const HeldEpoch& epoch : outbox.inventory()) {
    const RangeSet all(std::vector<Range>{{1, epoch.last}});
    if (epoch.last > 0 && !outbox.receipted(epoch.epoch, all)) fail("a receipt was refused");
  }
}

// Batches are numbered from `first` across processes; within an epoch the outbox numbers them from 1.
int write(const Options& options) {
  if (options.normal) weaken_every_connection();
  std::mt19937_64 random(options.seed);
  std::int64_t now_us = 1'000'000;
  Promise promise(options.promise);
  const std::unique_ptr<Outbox> outbox = open_outbox(options, now_us);
  std::uint64_t made = options.first - 1, receipted = made;
  promise.give(receipted, made);
  receipt_everything(*outbox);
  while (made < options.first - 1 + options.batches) {
    std::vector<ClosedBatch> batches;
    for (auto count = random() % 3 + 1; count > 0; --count) {
      batches.push_back({kClasses[random() % 3], 10, boot_time(now_us), boot_time(now_us), body_of(++made)});
    }
    if (!outbox->commit(batches, {})) fail("a commit failed");
    promise.give(receipted, made);
    if (random() % 8 != 0) continue;
    receipted += random() % (made - receipted + 1);
    promise.give(receipted, made);  // before the rows may leave
    const std::uint64_t last = receipted - (options.first - 1);
    if (last > 0 && !outbox->receipted(outbox->inventory().back().epoch, RangeSet(std::vector<Range>{{1, last}})))
      fail("a receipt was refused");
  }
  std::puts("done");
  std::fflush(stdout);
  std::_Exit(0);  // as if killed: no clean end
}

std::uint64_t opened(const StoredBatch& batch) {
  std::uint64_t made = 0;
  const Result<void> read = for_each_batch(batch.bytes, [&](const BatchView& view) {
    const Result<std::string> body = open_trial_batch(view);
    if (!body || body->size() < 8) fail("a batch does not open");
    std::memcpy(&made, body->data(), 8);
    if (*body != body_of(made)) fail("a batch is not what was written");
  });
  if (!read || made == 0) fail("a row is no batch");
  return made;
}

std::set<std::uint64_t> all_in(Outbox& outbox) {
  std::set<std::uint64_t> there;
  for (const Lane lane : {Lane::alarm, Lane::backfill}) {
    for (;;) {
      const Result<std::vector<StoredBatch>> batches = outbox.take(lane, 8 << 20, 1000);
      if (!batches) fail("reading: " + batches.error().sentence());
      if (batches->empty()) break;
      for (const StoredBatch& batch : *batches) {
        if (!there.insert(opened(batch)).second) fail("a batch is there twice");
      }
    }
  }
  return there;
}

int verify(const Options& options) {
  std::int64_t now_us = 1'000'000;
  const std::unique_ptr<Outbox> outbox = open_outbox(options, now_us);
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(options.file).parent_path())) {
    if (entry.path().string().find(".aside-") != std::string::npos) fail("the store was damaged");
  }
  const std::set<std::uint64_t> there = all_in(*outbox);
  for (std::uint64_t made = options.receipted + 1; made <= options.accepted; ++made) {
    if (!there.contains(made)) fail("lost: batch " + std::to_string(made));
  }
  std::set<std::uint64_t> before;
  for (const HeldEpoch& epoch : outbox->inventory()) before.insert(epoch.epoch);
  std::vector<ClosedBatch> next{{Class::vital, 1, boot_time(1), boot_time(2), body_of(options.accepted + 1'000'000)}};
  if (!outbox->commit(next, {})) fail("the store takes nothing more");
  if (before.contains(outbox->inventory().back().epoch)) fail("an epoch is used again");
  std::printf("good: %zu batches\n", there.size());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Writes to an outbox until it is killed, or verifies what is left of one");
  app.require_subcommand(1);
  CLI::App* writer = app.add_subcommand("write", "Commit batches and promise each after its commit");
  CLI::App* verifier = app.add_subcommand("verify", "Want every promised batch, and a store that goes on");
  for (CLI::App* command : {writer, verifier}) {
    command->add_option("FILE", options.file, "the outbox")->required();
    command->add_option("--quota-kb", options.quota_kb, "of the outbox");
  }
  writer->add_option("--promise", options.promise, "device or file whose first sector takes the promises");
  writer->add_option("--seed", options.seed, "of all chance");
  writer->add_option("--first", options.first, "number of the first batch");
  writer->add_option("--batches", options.batches, "how many at least");
  writer->add_flag("--normal", options.normal, "with synchronous=NORMAL, to see it lose");
  verifier->add_option("--receipted", options.receipted, "no batch up to this one need be there");
  verifier->add_option("--accepted", options.accepted, "every later one up to this must");
  CLI11_PARSE(app, argc, argv);
  return *writer ? write(options) : verify(options);
}
