#include <cstdio>
#include <cstdlib>
#include <map>

#include "platform/storage/database.hpp"
#include "platform/storage/transaction.hpp"
#include "tests/bench/outbox/parts.hpp"

namespace vitald::bench {
namespace {

constexpr std::size_t kBlobBytes = 1200;  // a sealed batch of 512 readings

template <class Commit>
Cost measure(const std::string& folder, int commits, Commit commit) {
  for (int i = 0; i < commits / 4; ++i) commit(i);  // the files have their size
  const Meter meter(folder);
  for (int i = 0; i < commits; ++i) commit(i);
  return meter.so_far();
}

// From readings to columns (or from closed batches, to be compared with blobs) to a sealed row, then out again: taken,
// receipted, deleted.
enum class From { readings, closed_batches };

Cost outbox_life(const std::string& parent, std::size_t batches, int commits, std::uint32_t readings,
                 From from = From::readings) {
  Site site(parent);
  const std::unique_ptr<Outbox> outbox = site.open(Microseconds(0));
  const std::vector<std::vector<Reading>> blocks = signal(readings, 64);
  std::vector<ClosedBatch> bodies;
  for (const std::vector<Reading>& block : blocks) bodies.push_back(closed(block));
  std::uint64_t done = 0;
  std::size_t block = 0;
  std::vector<ClosedBatch> batch(batches);
  return measure(site.folder(), commits, [&](int) {
    for (ClosedBatch& next : batch) {
      const std::size_t index = block++ % blocks.size();
      next = from == From::readings ? closed(blocks[index]) : bodies[index];
    }
    if (!outbox->commit(batch, {})) std::abort();
    const Result<std::vector<StoredBatch>> taken = outbox->take(Lane::backfill, 1 << 20, batches);
    if (!taken || taken->empty()) std::abort();
    const std::uint64_t first = done + 1;
    done += taken->size();
    if (!outbox->receipted(taken->front().epoch, RangeSet(std::vector<Range>{{first, done}}))) std::abort();
  });
}

Cost bare_sqlite(const std::string& parent, std::size_t batches, int commits) {
  Site site(parent);
  Result<Database> database = Database::open(site.file());
  if (!database->execute("PRAGMA page_size=1024; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA "
                         "synchronous=FULL; CREATE TABLE t(id INTEGER PRIMARY KEY, bytes BLOB)")) {
    std::abort();
  }
  Result<Statement> insert = database->prepare("INSERT INTO t(bytes) VALUES(?)");
  Result<Statement> erase = database->prepare("DELETE FROM t WHERE id <= ?");
  const std::string bytes(kBlobBytes, 'x');
  std::int64_t rows = 0;
  return measure(site.folder(), commits, [&](int) {
    Result<Transaction> transaction = Transaction::begin(*database);
    for (std::size_t j = 0; j < batches; ++j, ++rows) (void)insert->execute(std::string_view(bytes));
    (void)erase->execute(rows - static_cast<std::int64_t>(batches) * 2);
    if (!transaction->commit()) std::abort();
    if (database->log_pages() >= 1000) (void)database->checkpoint();
  });
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

// Medians of the rounds.
struct Figures {
  std::vector<double> rate, cpu, device, written, syncs, commit_bytes;

  void add(const Cost& cost, int commits, std::size_t batches, std::uint32_t readings) {
    const auto count = static_cast<double>(commits);
    const double all = count * static_cast<double>(batches) * readings;
    rate.push_back(all / cost.seconds);
    cpu.push_back(cost.cpu / all * 1e6);
    device.push_back(static_cast<double>(cost.device) / all);
    written.push_back(static_cast<double>(cost.written) / all);
    commit_bytes.push_back(static_cast<double>(cost.written) / count);
    syncs.push_back(static_cast<double>(cost.syncs) / count);
  }
};

void tell(Table& table, const std::string& name, const Figures& figures) {
  table.note(name + ": durable readings a second", median(figures.rate), "readings/s");
  table.note(name + ": processor, user and system", median(figures.cpu), "us/reading");
  table.note(name + ": the folder's device, with metadata and others' writes", median(figures.device), "B/reading");
}

// Of one round: what ran side by side.
double ratio(const Figures& ours, const Figures& theirs) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours.rate.size(); ++i) ratios.push_back(ours.rate[i] / theirs.rate[i]);
  return median(ratios);
}

}  // namespace

void life(const Options& options, Table& table) {
  using enum Table::Kind;
  Figures one, sixteen, small, closed_one, closed_sixteen, bare_one, bare_sixteen;
  std::vector<double> python;
  const int few = std::max(options.commits / 4, 1);
  for (int round = 0; round < options.rounds; ++round) {
    one.add(outbox_life(options.folder, 1, options.commits, kReadings), options.commits, 1, kReadings);
    closed_one.add(outbox_life(options.folder, 1, options.commits, kReadings, From::closed_batches), options.commits, 1,
                   kReadings);
    bare_one.add(bare_sqlite(options.folder, 1, options.commits), options.commits, 1, kReadings);
    sixteen.add(outbox_life(options.folder, 16, few, kReadings), few, 16, kReadings);
    closed_sixteen.add(outbox_life(options.folder, 16, few, kReadings, From::closed_batches), few, 16, kReadings);
    bare_sixteen.add(bare_sqlite(options.folder, 16, few), few, 16, kReadings);
    small.add(outbox_life(options.folder, 1, options.commits, 40), options.commits, 1, 40);
    if (!options.script.empty()) python.push_back(python_rows(options.folder, options.script));
  }
  const std::pair<const char*, const Figures*> all[] = {{"outbox, 1 batch of 512 a commit", &one},
                                                        {"outbox, 16 batches of 512 a commit", &sixteen},
                                                        {"outbox, 1 batch of 40 a commit", &small},
                                                        {"outbox, 1 closed batch of 512 a commit", &closed_one},
                                                        {"outbox, 16 closed batches of 512 a commit", &closed_sixteen},
                                                        {"bare SQLite, 1 blob of 1,200 B a commit", &bare_one},
                                                        {"bare SQLite, 16 blobs of 1,200 B a commit", &bare_sixteen}};
  for (const auto& [name, figures] : all) tell(table, name, *figures);
  table.at_least(time, "durable readings a second, 1 batch of 512 a commit", median(one.rate), 1e6, "readings/s");
  table.at_least(time, "durable readings a second, 16 batches of 512 a commit", median(sixteen.rate), 5e6,
                 "readings/s");
  table.at_least(time, "closed batches beside bare SQLite, 1 a commit", ratio(closed_one, bare_one), 0.5, "times");
  table.at_least(time, "closed batches beside bare SQLite, 16 a commit", ratio(closed_sixteen, bare_sixteen), 0.5,
                 "times");
  if (!python.empty()) {
    table.note("Python sqlite3, JSON rows, 1,000 a transaction", median(python), "readings/s");
    table.at_least(time, "beside Python, 1 batch a commit", median(one.rate) / median(python), 10, "times");
    table.at_least(time, "beside Python, 16 batches a commit", median(sixteen.rate) / median(python), 10, "times");
  }
  table.at_most(count, "syncs a commit, 1 batch", median(one.syncs), 1.05, "syncs");
  table.at_most(count, "syncs a commit, 16 batches", median(sixteen.syncs), 1.05, "syncs");
  table.at_most(count, "written over a batch's whole life, 16 batches a commit", median(sixteen.written), 8,
                "B/reading");
  table.at_most(count, "written over a batch's whole life, 1 batch a commit", median(one.written), 30, "B/reading");
  table.at_most(count, "written by a commit of 40 readings and the delete it allows", median(small.commit_bytes), 9216,
                "B");
}

}  // namespace vitald::bench
