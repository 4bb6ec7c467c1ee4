// Opening a file: settings, schema, tables, and what memory has to know.

#include <algorithm>
#include <limits>

#include "sync/outbox/schema.hpp"
#include "sync/outbox/store.hpp"

namespace vitald {
namespace {

// The reasons stand in docs/durability.md. One connection (exclusive: no shared memory file), each commit synced;
// EXTRA: so is the deletion of the journal that making the file needs, which could come back after a power cut and undo
// it.
constexpr char kSettings[] =
    "PRAGMA page_size=1024; PRAGMA locking_mode=EXCLUSIVE; PRAGMA synchronous=EXTRA; PRAGMA journal_mode=WAL;"
    "PRAGMA journal_size_limit=-1; PRAGMA secure_delete=OFF; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;"
    "PRAGMA cell_size_check=ON; PRAGMA foreign_keys=ON; PRAGMA cache_size=-2048; PRAGMA cache_spill=OFF;";

constexpr Position kHighest = std::numeric_limits<std::int64_t>::max();

template <class T>
Result<void> pass(const Result<T>& result) {
  if (!result) return result.error();
  return {};
}

}  // namespace

Store::Store(std::unique_ptr<Database> database, Parts parts)
    : database_(std::move(database)),
      tables_(std::move(parts.tables)),
      epochs_(std::move(parts.epochs)),
      settled_table_(std::move(parts.settled)),
      gone_table_(std::move(parts.gone)),
      cursors_(std::move(parts.cursors)),
      counters_(std::move(parts.counters)),
      page_count_(std::move(parts.page_count)),
      free_count_(std::move(parts.free_count)) {}

Result<std::unique_ptr<Store>> Store::open(const std::string& file, const std::string& device, const Budget& budget) {
  Result<Database> database = Database::open(file);
  if (!database) return database.error();
  const Result<void> set = database->execute(kSettings);
  if (!set) return set.error().in("opening " + file);
  const Result<void> steps = database->grow_in_steps(budget.step_bytes);
  if (!steps) return steps.error().in("opening " + file);
  const Result<void> schema = prepare_schema(*database, device);
  if (!schema) return schema.error().in(file);
  Result<std::unique_ptr<Store>> store = prepare(std::move(*database));
  if (!store) return store.error().in("opening " + file);
  const Result<void> limited = (*store)->limit(budget);
  if (!limited) return limited.error().in("opening " + file);
  const Result<void> loaded = (*store)->reload();
  if (!loaded) return loaded.error().in("reading " + file);
  return store;
}

Result<std::unique_ptr<Store>> Store::prepare(Database opened) {
  auto database = std::make_unique<Database>(std::move(opened));
  std::vector<BatchTable> tables;
  for (const Class class_ : kClasses) {
    Result<BatchTable> table = BatchTable::open(*database, class_);
    if (!table) return table.error();
    tables.push_back(std::move(*table));
  }
  Result<Epochs> epochs = Epochs::open(*database);
  Result<RangeTable> settled = RangeTable::open(*database, "settled"), gone = RangeTable::open(*database, "gone");
  Result<Cursors> cursors = Cursors::open(*database);
  Result<Counters> counters = Counters::open(*database);
  Result<Statement> pages = database->prepare("PRAGMA page_count"), free = database->prepare("PRAGMA freelist_count");
  for (const Result<void>& part :
       {pass(epochs), pass(settled), pass(gone), pass(cursors), pass(counters), pass(pages), pass(free)}) {
    if (!part) return part.error();
  }
  return std::unique_ptr<Store>(new Store(
      std::move(database), Parts{std::move(tables), std::move(*epochs), std::move(*settled), std::move(*gone),
                                 std::move(*cursors), std::move(*counters), std::move(*pages), std::move(*free)}));
}

Result<void> Store::reload() {
  Result<CountedRanges> settled = settled_table_.load(), gone = gone_table_.load();
  if (!settled) return settled.error();
  if (!gone) return gone.error();
  settled_ = std::move(*settled);
  gone_ = std::move(*gone);
  for (const Result<void>& loaded : {epochs_.load(), cursors_.load(), counters_.load()}) {
    if (!loaded) return loaded;
  }
  return epochs_.all().empty() ? Result<void>() : find_end_of(epochs_.all().back());
}

// The newest epoch's end was never written: its last row tells, or what settled beyond it. Verifies the end of every
// table.
Result<void> Store::find_end_of(Epoch& newest) {
  std::optional<Row> last;
  for (const Class class_ : kClasses) {
    const Result<std::optional<Position>> position = rows(class_).last_to(kHighest);
    if (!position) return position.error();
    if (!*position) continue;
    Result<std::optional<Row>> found = rows(class_).read(**position);
    if (!found) return found.error();
    if (!*found) return Error(Code::corrupt, "the newest batch is not what was written");
    if ((*found)->position > newest.base && (!last || last->position < (*found)->position)) last = std::move(*found);
  }
  Position end = last ? last->position : newest.base;
  newest.total = last ? last->total : 0;
  const auto& settled = settled_.entries();
  for (auto beyond = settled.upper_bound(end); beyond != settled.end(); ++beyond) {
    newest.total += beyond->second.readings;
    end = beyond->second.last;
  }
  newest.last = end - newest.base;
  return {};
}

}  // namespace vitald
