#include "sync/receiver/gap_view.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

#include "platform/model/metric.hpp"
#include "sync/batch/body.hpp"
#include "sync/receiver/boot_bounds.hpp"
#include "sync/receiver/receiver_store.hpp"

namespace vitald {
namespace {

// In the order of kSql.
enum Sql : std::size_t { kSeries, kBoots, kRows, kLosses, kEpochs, kDone, kBefore, kAfter };

constexpr const char* kSql[] = {
    "SELECT series.id, device.name, sensor, metric, device.id FROM series JOIN device ON device.id = series.device "
    "WHERE ($1 = '' OR device.name = $1) AND ($2 = '' OR metric = $2) ORDER BY device.name, sensor, metric, series.id",
    "SELECT id, boot FROM boot WHERE device = $1 ORDER BY id",
    "SELECT boot_us, boot_us FROM reading WHERE series = $1 AND boot = $2 UNION ALL SELECT first_us, last_us FROM "
    "waveform WHERE series = $1 AND boot = $2 ORDER BY 1",
    "SELECT reason, class, first_us, last_us, sensor FROM loss WHERE boot = $1",
    "SELECT DISTINCT batch.epoch, coalesce(inventory.last, 0) FROM batch LEFT JOIN inventory ON inventory.device = "
    "batch.device AND inventory.epoch = batch.epoch WHERE batch.device = $1 AND boot = $2",
    "SELECT first, last FROM done WHERE device = $1 AND epoch = $2 ORDER BY first",
    "SELECT first_us FROM batch WHERE device = $1 AND epoch = $2 AND number < $3 AND first_us IS NOT NULL "
    "ORDER BY number DESC LIMIT 1",
    "SELECT last_us FROM batch WHERE device = $1 AND epoch = $2 AND number > $3 AND last_us IS NOT NULL "
    "ORDER BY number LIMIT 1",
};

struct Span {
  std::int64_t from, to;
  bool overlaps(std::int64_t first, std::int64_t last) const { return from < last && to > first; }
};

struct Lost {
  Span span;
  LossReason reason;
  Class class_;
  std::string sensor;
};

// What is known of a boot's missing readings.
struct Missing {
  std::vector<Lost> lost;
  std::vector<Span> coming;
};

class GapFinder {
 public:
  GapFinder(sql::Database& database, std::vector<sql::Statement> statements, const GapQuery& query,
            const std::function<void(const Gap&)>& found)
      : database_(database), statements_(std::move(statements)), query_(query), found_(found) {}

  Result<void> run();

 private:
  Result<void> read_device(std::int64_t device);
  Result<Missing> missing(std::int64_t device, std::int64_t boot);
  Result<void> add_coming(std::int64_t device, std::int64_t epoch, std::uint64_t last, Missing& missing);
  Result<void> look(std::int64_t series, Gap gap, std::int64_t boot);
  void report(Gap gap, const BootSpan& span, const Missing& missing, std::int64_t from, std::int64_t to);

  sql::Database& database_;
  std::vector<sql::Statement> statements_;
  const GapQuery& query_;
  const std::function<void(const Gap&)>& found_;
  std::int64_t device_ = 0;  // whose boots these are
  std::map<std::int64_t, BootId> boots_;
  std::map<std::int64_t, BootSpan> spans_;
  std::map<std::int64_t, Missing> missing_;
};

Result<void> GapFinder::run() {
  sql::Rows rows = statements_[kSeries].query(Text{query_.device}, Text{query_.metric});
  for (auto row = rows.next(); !row || *row; row = rows.next()) {
    if (!row) return row.error();
    if (rows.integer(4) != device_)
      if (const auto read = read_device(rows.integer(4)); !read) return read;
    Gap gap;
    gap.device = rows.bytes(1);
    gap.sensor = rows.bytes(2);
    gap.metric = rows.bytes(3);
    for (const auto& [boot, id] : boots_) {
      gap.boot = id;
      if (const auto looked = look(rows.integer(0), gap, boot); !looked) return looked;
    }
  }
  return {};
}

Result<void> GapFinder::read_device(std::int64_t device) {
  auto spans = boot_spans(database_, device);
  if (!spans) return spans.error();
  spans_ = std::move(*spans);
  boots_.clear();
  missing_.clear();
  device_ = device;
  {
    sql::Rows rows = statements_[kBoots].query(device);
    for (auto row = rows.next(); !row || *row; row = rows.next()) {
      if (!row) return row.error();
      boots_.emplace(rows.integer(0), array_of<16>(rows.bytes(1)));
    }
  }
  for (const auto& [boot, id] : boots_) {
    auto of_boot = missing(device, boot);
    if (!of_boot) return of_boot.error();
    missing_.emplace(boot, std::move(*of_boot));
  }
  return {};
}

Result<Missing> GapFinder::missing(std::int64_t device, std::int64_t boot) {
  Missing all;
  sql::Rows losses = statements_[kLosses].query(boot);
  for (auto row = losses.next(); !row || *row; row = losses.next()) {
    if (!row) return row.error();
    all.lost.push_back({{losses.integer(2), losses.integer(3)},
                        static_cast<LossReason>(losses.integer(0)),
                        static_cast<Class>(losses.integer(1)),
                        std::string(losses.bytes(4))});
  }
  std::vector<std::pair<std::int64_t, std::uint64_t>> epochs;
  {
    sql::Rows rows = statements_[kEpochs].query(device, boot);
    for (auto row = rows.next(); !row || *row; row = rows.next()) {
      if (!row) return row.error();
      epochs.emplace_back(rows.integer(0), unsigned_of(rows.integer(1)));
    }
  }
  for (const auto& [epoch, last] : epochs)
    if (const auto added = add_coming(device, epoch, last, all); !added) return added.error();
  return all;
}

// The time that the numbers neither stored nor lost may be of: what lies between their neighbours' readings.
Result<void> GapFinder::add_coming(std::int64_t device, std::int64_t epoch, std::uint64_t last, Missing& missing) {
  const auto done = ranges(statements_[kDone].query(device, epoch));
  if (!done) return done.error();
  const std::uint64_t highest = done->empty() ? 0 : done->ranges().back().last;
  if (std::max(last, highest) == 0) return {};
  RangeSet absent;
  absent.add({1, std::max(last, highest)});
  for (const Range& range : done->ranges()) absent.remove(range);
  for (const Range& range : absent.ranges()) {
    const auto before = optional_integer(statements_[kBefore].query(device, epoch, stored(range.first)));
    if (!before) return before.error();
    const auto after = optional_integer(statements_[kAfter].query(device, epoch, stored(range.last)));
    if (!after) return after.error();
    missing.coming.push_back({before->value_or(0), after->value_or(std::numeric_limits<std::int64_t>::max())});
  }
  return {};
}

Result<void> GapFinder::look(std::int64_t series, Gap gap, std::int64_t boot) {
  const BootSpan& span = spans_[boot];
  if (!span.first) return {};
  const std::int64_t longer = std::chrono::duration_cast<Microseconds>(query_.longer).count();
  std::int64_t covered = us(*span.first);
  sql::Rows rows = statements_[kRows].query(series, boot);
  for (auto row = rows.next(); !row || *row; row = rows.next()) {
    if (!row) return row.error();
    if (rows.integer(0) - covered > longer) report(gap, span, missing_[boot], covered, rows.integer(0));
    covered = std::max(covered, rows.integer(1));
  }
  std::int64_t end = us(*span.last);
  for (const Span& coming : missing_[boot].coming)  // beyond all that came
    if (coming.to == std::numeric_limits<std::int64_t>::max()) end = std::max(end, covered + longer + 1);
  for (const Lost& lost : missing_[boot].lost) end = std::max(end, lost.span.to);
  if (end - covered > longer) report(std::move(gap), span, missing_[boot], covered, end);
  return {};
}

void GapFinder::report(Gap gap, const BootSpan& span, const Missing& missing, std::int64_t from, std::int64_t to) {
  gap.from = boot_time(from);
  gap.to = boot_time(to);
  if (const auto utc = span.timeline.utc(gap.from)) gap.from_utc = utc->time;
  if (const auto utc = span.timeline.utc(gap.to)) gap.to_utc = utc->time;
  const Metric* metric = find_metric(gap.metric);
  const auto lost = std::ranges::find_if(missing.lost, [&](const Lost& one) {
    return one.span.overlaps(from, to) && (one.sensor.empty() || one.sensor == gap.sensor) &&
           (!metric || metric->class_ == one.class_);
  });
  const bool coming = std::ranges::any_of(missing.coming, [&](const Span& one) { return one.overlaps(from, to); });
  if (lost != missing.lost.end()) {
    gap.state = GapState::lost_on_the_device;
    gap.reason = name(lost->reason);
  } else if (coming) {
    gap.state = GapState::not_yet_arrived;
  }
  found_(gap);
}

}  // namespace

Result<void> find_gaps(sql::Database& database, const GapQuery& query, const std::function<void(const Gap&)>& found) {
  std::vector<sql::Statement> statements;
  for (const char* text : kSql) {
    auto statement = database.prepare_large(text);
    if (!statement) return statement.error();
    statements.push_back(std::move(*statement));
  }
  const auto snapshot = sql::Snapshot::begin(database);
  if (!snapshot) return snapshot.error();
  return GapFinder(database, std::move(statements), query, found).run();
}

}  // namespace vitald
