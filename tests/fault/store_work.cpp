// Works on an outbox until it is killed, and looks at what is left of it: the part of the cut tools that runs on a real
// file system (ext4_cut.py, tests/lab/vm_kill.py, disk_full.py).
//
//   store_work write FILE    commits numbered batches and promises each one after its commit
//   store_work verify FILE   wants every promised batch, opened and compared, and a store that goes on
//   store_work fill FILE     commits past the quota, which must never be exceeded
//   store_work keys FOLDER   the trial's keys, for an agent whose store is to be counted
//   store_work count FILE    opens all batches of such a store and counts their readings, as JSON
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
  std::string file, promise, device = "gateway-7";
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
  settings.device = options.device;
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

std::uint64_t bytes_beside(const std::string& file) {
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(file).parent_path())) {
    if (entry.path().string().starts_with(file)) bytes += entry.file_size();
  }
  return bytes;
}

// Nothing is receipted: waveforms give way, and no alarm may.
int fill(const Options& options) {
  std::mt19937_64 random(options.seed);
  std::int64_t now_us = 1'000'000;
  const std::unique_ptr<Outbox> outbox = open_outbox(options, now_us);
  std::uint64_t most = 0, alarms = 0, refused = 0;
  for (std::uint64_t made = 1; made <= options.batches; ++made) {
    std::vector<ClosedBatch> batches{{Class::waveform, 10, boot_time(now_us), boot_time(now_us), body_of(made)}};
    if (made % 20 == 0) batches.push_back({Class::alarm, 1, boot_time(now_us), boot_time(now_us), body_of(made)});
    alarms += batches.size() - 1;
    if (!outbox->commit(batches, {})) ++refused;
    most = std::max(most, bytes_beside(options.file));
    if (most > options.quota_kb << 10) fail("the quota is exceeded: " + std::to_string(most) + " bytes");
  }
  std::uint64_t kept = 0;
  const Result<std::vector<StoredBatch>> taken = outbox->take(Lane::alarm, 64 << 20, 1'000'000);
  if (!taken) fail("reading: " + taken.error().sentence());
  for (const StoredBatch& batch : *taken) kept += batch.readings;
  std::printf("{\"most_bytes\": %llu, \"alarms\": %llu, \"alarms_kept\": %llu, \"commits_refused\": %llu}\n",
              static_cast<unsigned long long>(most), static_cast<unsigned long long>(alarms),
              static_cast<unsigned long long>(kept), static_cast<unsigned long long>(refused));
  return kept == alarms ? 0 : 1;
}

int write_keys(const Options& options) {
  const Result<void> device = crypto::write_private_key(options.file + "/device.key", trial_device().private_key);
  const Result<void> recipient =
      crypto::write_public_key(options.file + "/recipient.pub", trial_recipient().public_key);
  if (!device || !recipient) fail("the keys cannot be written");
  return 0;
}

struct Count {
  std::uint64_t batches = 0, readings = 0, alarms = 0, lost = 0;
};

void count_in(const StoredBatch& batch, Count& count) {
  std::uint64_t decoded = 0;
  const Result<void> read = for_each_batch(batch.bytes, [&](const BatchView& view) {
    const Result<std::string> clear = open_trial_batch(view);
    const Result<DecodedBody> body = clear ? decode_body(*clear) : clear.error();
    if (!body) fail("a batch does not open: " + body.error().sentence());
    for (const DecodedColumn& column : body->columns) decoded += column.readings.size();
    for (const Loss& loss : body->losses) count.lost += loss.readings;
  });
  if (!read || decoded != batch.readings) fail("a batch does not hold what it says");
  ++count.batches;
  count.readings += decoded;
  if (batch.class_ == Class::alarm) count.alarms += decoded;
}

// Nothing was receipted or evicted: every number of every epoch is there.
int count(const Options& options) {
  std::int64_t now_us = 1'000'000;
  const std::unique_ptr<Outbox> outbox = open_outbox(options, now_us);
  Count count;
  for (const Lane lane : {Lane::alarm, Lane::backfill}) {
    for (;;) {
      const Result<std::vector<StoredBatch>> batches = outbox->take(lane, 8 << 20, 1000);
      if (!batches) fail("reading: " + batches.error().sentence());
      if (batches->empty()) break;
      for (const StoredBatch& batch : *batches) count_in(batch, count);
    }
  }
  std::uint64_t missing = 0;
  for (const HeldEpoch& epoch : outbox->inventory()) missing += epoch.last - RangeSet(epoch.ranges).count();
  std::printf(
      "{\"epochs\": %zu, \"batches\": %llu, \"readings\": %llu, \"alarms\": %llu, \"lost\": %llu, "
      "\"missing_batches\": %llu, \"recorded\": %llu}\n",
      outbox->inventory().size(), static_cast<unsigned long long>(count.batches),
      static_cast<unsigned long long>(count.readings), static_cast<unsigned long long>(count.alarms),
      static_cast<unsigned long long>(count.lost), static_cast<unsigned long long>(missing),
      static_cast<unsigned long long>(outbox->stats().recorded));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Works on an outbox until it is killed, or looks at what is left of one");
  app.require_subcommand(1);
  const std::pair<CLI::App*, int (*)(const Options&)> commands[] = {
      {app.add_subcommand("write", "Commit batches and promise each after its commit"), write},
      {app.add_subcommand("verify", "Want every promised batch, and a store that goes on"), verify},
      {app.add_subcommand("fill", "Commit past the quota and watch it"), fill},
      {app.add_subcommand("keys", "Write device.key and recipient.pub into a folder"), write_keys},
      {app.add_subcommand("count", "Open every batch and count the readings"), count},
  };
  for (const auto& [command, action] : commands) {
    command->add_option("FILE", options.file, "the outbox; keys: a folder")->required();
    command->add_option("--quota-kb", options.quota_kb, "of the outbox");
    command->add_option("--device", options.device, "whose outbox it is");
    command->add_option("--promise", options.promise, "write: device or file whose first sector takes the promises");
    command->add_option("--seed", options.seed, "of all chance");
    command->add_option("--first", options.first, "write: number of the first batch");
    command->add_option("--batches", options.batches, "write, fill: how many");
    command->add_flag("--normal", options.normal, "write: with synchronous=NORMAL, to see it lose");
    command->add_option("--receipted", options.receipted, "verify: no batch up to this one need be there");
    command->add_option("--accepted", options.accepted, "verify: every later one up to this must");
  }
  CLI11_PARSE(app, argc, argv);
  for (const auto& [command, action] : commands) {
    if (*command) return action(options);
  }
  return 2;
}
