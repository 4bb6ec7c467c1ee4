// What the outbox costs: durable readings a second, bytes written to the disk and syncs, over a batch's whole life
// (commit, take, receipt, delete), beside a bare SQLite loop that writes blobs of the same size and a Python script
// that writes JSON rows, all in one run. Batches hold 512 readings of a 100 Hz signal jittered by 2 ms, sealed by HPKE.

#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>

#include "platform/model/metric.hpp"
#include "platform/storage/database.hpp"
#include "platform/storage/transaction.hpp"
#include "sync/batch/builder.hpp"
#include "sync/outbox/outbox.hpp"

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

namespace {

using namespace vitald;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kReadings = 512;

struct Io {
  std::uint64_t read_calls = 0, write_calls = 0, written = 0;
};

Io io_now() {
  std::ifstream file("/proc/self/io");
  Io io;
  std::string name;
  for (std::uint64_t value = 0; file >> name >> value;) {
    if (name == "syscr:") io.read_calls = value;
    if (name == "syscw:") io.write_calls = value;
    if (name == "write_bytes:") io.written = value;
  }
  return io;
}

std::uint64_t rss_kb() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0, resident = 0;
  file >> size >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 1024;
}

class Site {
 public:
  explicit Site(const std::string& parent) : folder_(parent + "/vitald-bench-XXXXXX") {
    if (mkdtemp(folder_.data()) == nullptr) std::abort();
  }
  ~Site() { std::filesystem::remove_all(folder_); }
  std::string file() const { return folder_ + "/outbox.db"; }

  std::unique_ptr<Outbox> open(Microseconds keep) {
    OutboxSettings settings;
    settings.file = file();
    settings.quota = std::uint64_t{4} << 30;
    settings.keep = keep;
    settings.device = "gateway-7";
    settings.now = [this] { return boot_time(now_us += 10'000); };
    settings.seal = seal();
    Result<std::unique_ptr<Outbox>> opened = Outbox::open(std::move(settings));
    if (!opened) std::fprintf(stderr, "%s\n", opened.error().sentence().c_str()), std::exit(1);
    return std::move(*opened);
  }

  std::int64_t now_us = 1'000'000;

 private:
  static SealMaker seal() {
    const Result<crypto::KeyPair> device = crypto::generate_key_pair(), recipient = crypto::generate_key_pair();
    return device && recipient ? hpke_seal(*device, recipient->public_key) : no_seal();
  }
  std::string folder_;
};

std::vector<ClosedBatch> make_bodies(std::uint32_t readings) {
  const Sensor sensor{"ecg-1", {}};
  const Metric* metric = find_metric("heart_rate");
  std::mt19937 random(1);
  std::vector<ClosedBatch> bodies;
  std::int64_t time = 1'000'000;
  for (int i = 0; i < 64; ++i) {
    BodyBuilder builder;
    for (std::uint32_t j = 0; j < readings; ++j) {
      Reading reading;
      reading.sensor = &sensor;
      reading.metric = metric;
      reading.time = boot_time(time += 10'000 - 2'000 + static_cast<std::int64_t>(random() % 5) * 1'000);
      reading.value = Decimal(static_cast<std::int64_t>(70 + random() % 20), 0);
      builder.add(reading);
    }
    const BootTime first = builder.first(), last = builder.last();
    bodies.push_back({Class::vital, readings, first, last, builder.finish()});
  }
  return bodies;
}

struct Figures {
  double readings_s = 0, bytes_a_reading = 0, bytes_a_commit = 0, syncs_a_commit = 0, cpu_us_a_reading = 0;
};

double cpu_s() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

template <class Commit>
Figures measure(int commits, std::uint32_t readings_a_commit, Commit commit) {
  const Io before = io_now();
  const std::uint64_t synced = syncs;
  const Clock::time_point start = Clock::now();
  const double cpu = cpu_s();
  for (int i = 0; i < commits; ++i) commit(i);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const double readings = static_cast<double>(commits) * readings_a_commit;
  const auto bytes = static_cast<double>(io_now().written - before.written);
  return {readings / seconds, bytes / readings, bytes / commits, static_cast<double>(syncs - synced) / commits,
          (cpu_s() - cpu) * 1e6 / readings};
}

void print(const char* name, const Figures& figures) {
  std::printf("%-44s %12.0f readings/s %7.2f B/reading %8.0f B/commit %6.3f syncs/commit %7.3f us CPU/reading\n", name,
              figures.readings_s, figures.bytes_a_reading, figures.bytes_a_commit, figures.syncs_a_commit,
              figures.cpu_us_a_reading);
}

// Commit, take what is there, and receive the receipt of what was taken.
Figures outbox_life(const std::string& parent, std::size_t batches, int commits, std::uint32_t readings) {
  Site site(parent);
  const std::unique_ptr<Outbox> outbox = site.open(Microseconds(0));
  const std::vector<ClosedBatch> bodies = make_bodies(readings);
  std::uint64_t done = 0;
  std::vector<ClosedBatch> batch(batches);
  const auto commit = [&](int i) {
    for (std::size_t j = 0; j < batches; ++j)
      batch[j] = bodies[(static_cast<std::size_t>(i) * batches + j) % bodies.size()];
    if (!outbox->commit(batch, {})) std::abort();
    const Result<std::vector<StoredBatch>> taken = outbox->take(Lane::backfill, 1 << 20, batches);
    if (!taken || taken->empty()) std::abort();
    const std::uint64_t first = done + 1;
    done += taken->size();
    if (!outbox->receipted(taken->front().epoch, RangeSet(std::vector<Range>{{first, done}}))) std::abort();
  };
  (void)measure(commits / 4, 1, commit);  // the files have their size
  return measure(commits, static_cast<std::uint32_t>(batches) * readings, commit);
}

Figures bare_sqlite(const std::string& parent, std::size_t batches, int commits, std::size_t blob) {
  Site site(parent);
  Result<Database> database = Database::open(site.file());
  if (!database->execute("PRAGMA page_size=1024; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA "
                         "synchronous=FULL; CREATE TABLE t(id INTEGER PRIMARY KEY, bytes BLOB)")) {
    std::abort();
  }
  Result<Statement> insert = database->prepare("INSERT INTO t(bytes) VALUES(?)");
  Result<Statement> erase = database->prepare("DELETE FROM t WHERE id <= ?");
  const std::string bytes(blob, 'x');
  std::int64_t rows = 0;
  const auto commit = [&](int) {
    Result<Transaction> transaction = Transaction::begin(*database);
    for (std::size_t j = 0; j < batches; ++j, ++rows) (void)insert->execute(std::string_view(bytes));
    (void)erase->execute(rows - static_cast<std::int64_t>(batches) * 2);
    if (!transaction->commit()) std::abort();
    if (database->log_pages() >= 1000) (void)database->checkpoint();
  };
  (void)measure(commits / 4, 1, commit);
  return measure(commits, static_cast<std::uint32_t>(batches) * kReadings, commit);
}

double python_rows(const std::string& parent, const std::string& script) {
  Site site(parent);
  const std::string command = "python3 " + script + " " + site.file() + ".py";
  FILE* pipe = popen(command.c_str(), "r");
  double rate = 0;
  if (pipe == nullptr || std::fscanf(pipe, "%lf", &rate) != 1) rate = 0;
  if (pipe != nullptr) pclose(pipe);
  return rate;
}

// Appending and taking at growing backlogs: what a commit costs must not grow with them.
void flatness(const std::string& parent, double most) {
  Site site(parent);
  const std::unique_ptr<Outbox> outbox = site.open(std::chrono::hours(72));
  const std::vector<ClosedBatch> bodies = make_bodies(kReadings);
  double backlog = 0;
  std::vector<ClosedBatch> batch(16);
  const auto commit = [&](int i) {
    for (std::size_t j = 0; j < batch.size(); ++j) batch[j] = bodies[(static_cast<std::size_t>(i) + j) % bodies.size()];
    if (!outbox->commit(batch, {})) std::abort();
    backlog += kReadings * 16;
  };
  std::printf("\n%14s %16s %16s %16s %10s %12s\n", "backlog", "B written/commit", "writes/commit", "reads/commit",
              "RSS KB", "take us");
  for (double target = 1e4; target <= most; target *= 10) {
    for (int i = 0; backlog < target; ++i) commit(i);
    constexpr int kCommits = 400;
    const Io before = io_now();
    for (int i = 0; i < kCommits; ++i) commit(i);
    const Io after = io_now();
    const Clock::time_point start = Clock::now();
    (void)outbox->take(Lane::live, 48 << 10, 16);
    (void)outbox->take(Lane::backfill, 48 << 10, 16);
    const double take_us = std::chrono::duration<double, std::micro>(Clock::now() - start).count();
    const auto each = [](std::uint64_t count) { return static_cast<double>(count) / kCommits; };
    std::printf("%14.0f %16.0f %16.2f %16.2f %10llu %12.0f\n", target, each(after.written - before.written),
                each(after.write_calls - before.write_calls), each(after.read_calls - before.read_calls),
                static_cast<unsigned long long>(rss_kb()), take_us);
  }
  const OutboxStats stats = outbox->stats();
  std::printf("at rest: %.3f bytes a reading\n",
              static_cast<double>(std::filesystem::file_size(site.file())) / static_cast<double>(stats.readings));
}

// A store of so many bytes, its process killed: opened, and a first commit.
void start(const std::string& parent, std::uint64_t bytes) {
  Site site(parent);
  const pid_t child = fork();
  if (child == 0) {
    const std::unique_ptr<Outbox> outbox = site.open(std::chrono::hours(72));
    std::string body(16'000, '\0');
    std::mt19937 random(1);
    while (outbox->stats().bytes < bytes) {
      for (char& c : body) c = static_cast<char>(random());
      std::vector<ClosedBatch> batch(16, ClosedBatch{Class::vital, 8000, boot_time(1), boot_time(2), body});
      if (!outbox->commit(batch, {})) std::abort();
    }
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  const Clock::time_point begun = Clock::now();
  const std::unique_ptr<Outbox> outbox = site.open(std::chrono::hours(72));
  std::vector<ClosedBatch> batch = make_bodies(10);
  batch.resize(1);
  const Clock::time_point before = Clock::now();
  if (!outbox->commit(batch, {})) std::abort();
  const auto ms = [](Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); };
  std::printf("\nstart after SIGKILL with %llu MB: opened in %.1f ms, first commit after %.1f ms\n",
              static_cast<unsigned long long>(outbox->stats().bytes >> 20), ms(before - begun),
              ms(Clock::now() - begun));
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder = "/tmp", script;
  int commits = 2000;
  double backlog = 1e6;
  std::uint64_t start_mb = 64;
  CLI::App app("What the outbox costs");
  app.add_option("--folder", folder, "on the disk to be measured");
  app.add_option("--script", script, "json_rows.py");
  app.add_option("--commits", commits, "of each measurement");
  app.add_option("--backlog", backlog, "the largest, in readings");
  app.add_option("--start-mb", start_mb, "size of the store that is opened after a kill");
  CLI11_PARSE(app, argc, argv);
  const Figures one = outbox_life(folder, 1, commits, kReadings),
                sixteen = outbox_life(folder, 16, commits / 4, kReadings);
  const Figures small = outbox_life(folder, 1, commits, 40);
  const Figures bare_one = bare_sqlite(folder, 1, commits, 1200),
                bare_sixteen = bare_sqlite(folder, 16, commits / 4, 1200);
  print("outbox, 1 batch of 512 a commit", one);
  print("outbox, 16 batches of 512 a commit", sixteen);
  print("outbox, 1 batch of 40 a commit", small);
  print("bare SQLite, 1 blob of 1200 B a commit", bare_one);
  print("bare SQLite, 16 blobs of 1200 B a commit", bare_sixteen);
  std::printf("ratio to bare SQLite: %.2f at 1, %.2f at 16\n", one.readings_s / bare_one.readings_s,
              sixteen.readings_s / bare_sixteen.readings_s);
  if (!script.empty()) {
    const double rows = python_rows(folder, script);
    std::printf("Python sqlite3, JSON rows, 1,000 a transaction: %.0f readings/s; ratio %.1f at 1, %.1f at 16\n", rows,
                one.readings_s / rows, sixteen.readings_s / rows);
  }
  flatness(folder, backlog);
  if (start_mb > 0) start(folder, start_mb << 20);
  return 0;
}
