// How many readings a second the receiver takes, from the message callback (into the queue) to the commit: sealed
// batches of 100 readings in groups of 500, contexts warm. Prints a line a run, and the ratio to COPY of a row a
// reading.

#include <libpq-fe.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "platform/linux/clock.hpp"
#include "sync/receiver/arrival_queue.hpp"
#include "sync/receiver/command_support.hpp"
#include "tests/bench/receiver/fleet.hpp"
#include "tests/support/postgres.hpp"

namespace vitald::bench {
namespace {

using test::must;

struct Options {
  std::size_t batches = 20'000, devices = 20, per_message = 10, group = 500;
  std::string only;
};

// Of this process, in seconds: what a busy machine does not change.
double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Spent {
  double seconds = 0, cpu = 0;
};

void print(const std::string& what, double readings, const Spent& spent) {
  const double batches = readings / kReadings;
  std::printf("%-48s %12.0f readings/s  %8.2f us a batch, %7.2f us of them CPU here\n", what.c_str(),
              readings / spent.seconds, spent.seconds * 1e6 / batches, spent.cpu * 1e6 / batches);
  std::fflush(stdout);
}

class Stopwatch {
 public:
  Spent spent() const { return {std::chrono::duration<double>(boot_now() - begun_).count(), cpu_seconds() - cpu_}; }

 private:
  BootTime begun_ = boot_now();
  double cpu_ = cpu_seconds();
};

class Run {
 public:
  Run(const std::string& where, const std::string& projection, const crypto::KeyPair& keys, const Fleet& fleet,
      std::size_t group)
      : store_(must(ReceiverStore::open(where))), group_(group) {
    ReceiverSettings settings;
    settings.projection = projection;
    for (const test::Device& device : fleet.devices)
      must(register_device(store_, device.name(), device.keys().public_key, utc_now()));
    const Recipients recipients = must(Recipients::create({keys}));
    intake_ = must(Intake::open(store_, settings, recipients, all_openers(recipients), {boot_now, utc_now}));
  }

  Spent take(std::span<const Message> messages) {
    std::vector<Message> arriving(messages.begin(), messages.end());
    ArrivalQueue queue(messages.size() + 1, std::size_t{1} << 40);
    const Stopwatch watch;
    for (Message& message : arriving) {
      if (!queue.push(std::move(message))) throw std::runtime_error("the queue is full");
      if (queue.batches() >= group_) store(queue);
    }
    while (!queue.empty()) store(queue);
    return watch.spent();
  }

  std::int64_t number(const std::string& sql) { return must(store_.database().number(sql)); }

 private:
  void store(ArrivalQueue& queue) {
    queue.take(group_);
    must(intake_->store(queue.taken(), 0));
    queue.done();
  }

  ReceiverStore store_;
  std::size_t group_;
  std::unique_ptr<Intake> intake_;
};

void expect(bool holds, const char* what) {
  if (!holds) throw std::runtime_error(std::string("not as it should be: ") + what);
}

void measure(const std::string& name, const std::string& where, const std::string& projection,
             const crypto::KeyPair& keys, const Fleet& fleet, const Options& options) {
  Run run(where, projection, keys, fleet, options.group);
  const std::span<const Message> all(fleet.messages);
  const std::size_t warm = std::min(fleet.devices.size(), all.size() / 2);  // one message of each device
  run.take(all.first(warm));
  const auto before = run.number("SELECT sum(batches) FROM epoch");
  const Spent spent = run.take(all.subspan(warm));
  const auto taken = run.number("SELECT sum(batches) FROM epoch") - before;
  print(name, static_cast<double>(taken) * kReadings, spent);
  const Spent again = run.take(all.subspan(warm));
  print(name + ", all duplicates", static_cast<double>(taken) * kReadings, again);
  expect(run.number("SELECT sum(batches) FROM epoch") == static_cast<std::int64_t>(fleet.batches), "batches stored");
  expect(run.number("SELECT sum(duplicates) FROM epoch") == taken, "duplicates counted");
  const auto rows = run.number("SELECT count(*) FROM reading");
  expect(rows == (projection == "readings" ? static_cast<std::int64_t>(fleet.batches) * kReadings : 0), "rows");
}

// A row a reading as text, a COPY and a commit a group: what receivers without batches do.
void measure_copy(const std::string& url, const Options& options) {
  PGconn* connection = PQconnectdb(url.c_str());
  PQclear(PQexec(connection,
                 "CREATE TABLE plain (device text, epoch bigint, number bigint, position int, metric text, "
                 "time_us bigint, value double precision, quality int, PRIMARY KEY (device, epoch, number, "
                 "position))"));
  const std::size_t batches = std::min<std::size_t>(options.batches, 5000);
  const Stopwatch watch;
  for (std::size_t first = 0; first < batches; first += options.group) {
    PQclear(PQexec(connection, "BEGIN"));
    PQclear(PQexec(connection, "COPY plain FROM STDIN"));
    std::string rows;
    for (std::size_t n = first; n < std::min(first + options.group, batches); ++n)
      for (int i = 0; i < kReadings; ++i)
        rows += "device-" + std::to_string(n % options.devices) + "\t1\t" + std::to_string(n) + "\t" +
                std::to_string(i) + "\theart_rate\t" + std::to_string(n * 40'000'000 + static_cast<std::size_t>(i)) +
                "\t72\t0\n";
    PQputCopyData(connection, rows.data(), static_cast<int>(rows.size()));
    PQputCopyEnd(connection, nullptr);
    PQclear(PQgetResult(connection));
    while (PGresult* rest = PQgetResult(connection)) PQclear(rest);
    PQclear(PQexec(connection, "COMMIT"));
  }
  print("PostgreSQL, COPY of a row a reading", static_cast<double>(batches) * kReadings, watch.spent());
  PQfinish(connection);
}

// Each batch in an epoch of its own.
void measure_cold(const crypto::KeyPair& keys, const Options& options) {
  const Scratch scratch;
  const Fleet fleet = make_fleet(keys.public_key, 1, std::min<std::size_t>(options.batches / 20, 500), 1,
                                 std::min<std::size_t>(options.batches / 20, 500));
  Run run(scratch.file("cold.db"), "nothing", keys, fleet, options.group);
  const Spent spent = run.take(fleet.messages);
  print("SQLite, each context cold", static_cast<double>(fleet.batches) * kReadings, spent);
}

void run(const Options& options) {
  const auto keys = must(crypto::generate_key_pair());
  const auto wants = [&](const std::string& what) { return options.only.empty() || options.only == what; };
  const Fleet fleet = make_fleet(keys.public_key, options.devices, options.batches, options.per_message);
  std::size_t bytes = 0;
  for (const Message& message : fleet.messages) bytes += message.payload.size();
  std::printf("%zu batches of %d readings from %zu devices, %.2f bytes a reading, sealed; groups of %zu\n",
              fleet.batches, kReadings, fleet.devices.size(),
              static_cast<double>(bytes) / static_cast<double>(fleet.batches) / kReadings, options.group);
  const Scratch scratch;
  if (wants("sqlite")) {
    measure("SQLite, nothing projected", scratch.file("a.db"), "nothing", keys, fleet, options);
    measure("SQLite, every reading projected", scratch.file("b.db"), "readings", keys, fleet, options);
    measure_cold(keys, options);
  }
  if (!wants("postgres")) return;
  if (!PostgresCluster::installed()) {
    std::puts("SKIPPED: postgresql-15 is not installed");
    return;
  }
  ::setenv("VITALD_POSTGRES_FSYNC", "on", 1);
  PostgresCluster& cluster = PostgresCluster::shared();
  measure("PostgreSQL, nothing projected", cluster.fresh_url(), "nothing", keys, fleet, options);
  measure("PostgreSQL, every reading projected", cluster.fresh_url(), "readings", keys, fleet, options);
  measure_copy(cluster.fresh_url(), options);
}

}  // namespace
}  // namespace vitald::bench

int main(int argc, char** argv) try {
  CLI::App app("Measures the receiver's intake", "bench_receiver");
  vitald::bench::Options options;
  app.add_option("--batches", options.batches, "Batches in all")->capture_default_str();
  app.add_option("--devices", options.devices, "Devices that they come from")->capture_default_str();
  app.add_option("--per-message", options.per_message, "Batches in a message")->capture_default_str();
  app.add_option("--group", options.group, "Batches in a commit")->capture_default_str();
  app.add_option("--only", options.only, "sqlite or postgres");
  CLI11_PARSE(app, argc, argv);
  vitald::bench::run(options);
  return 0;
} catch (const std::exception& error) {
  std::cerr << "bench_receiver: " << error.what() << "\n";
  return 1;
}
