#include "sync/receiver/fhir_finder.hpp"

#include <algorithm>
#include <map>

#include "sync/receiver/export_fhir.hpp"
#include "sync/receiver/ledger_panels.hpp"
#include "sync/receiver/projection.hpp"
#include "sync/receiver/receiver_store.hpp"

namespace vitald {
namespace {

// In the order of kSql.
enum Sql : std::size_t { kSeries, kBoots, kAnchors, kReadings, kColumns, kBody };

constexpr const char* kSql[] = {
    "SELECT series.id, device.name, sensor, metric, unit, mdc, device.id FROM series JOIN device ON device.id = "
    "series.device WHERE series.id >= $1 ORDER BY series.id",
    "SELECT id, boot FROM boot WHERE device = $1 AND id >= $2 ORDER BY id",
    kAnchorsOfBoot,

    "SELECT boot_us, mantissa, exponent, special, quality, device_time_us, record_number, rate_mhz, position, epoch, "
    "number, received_utc_us, batch FROM reading JOIN batch ON batch.id = reading.batch WHERE series = $1 AND "
    "reading.boot = $2 AND boot_us >= $3 AND boot_us <= $4 AND (boot_us, batch, position) > ($5, $6, $7) AND "
    "received_utc_us >= $8 AND received_utc_us < $9 ORDER BY boot_us, batch, position LIMIT $10",

    "SELECT waveform.first_us, waveform.last_us, batch, position, rate_mhz, epoch, number, received_utc_us FROM "
    "waveform "
    "JOIN batch ON batch.id = waveform.batch WHERE series = $1 AND waveform.boot = $2 AND waveform.last_us >= $3 AND "
    "waveform.first_us <= $4 AND (waveform.first_us, batch) >= ($5, $6) AND received_utc_us >= $7 AND "
    "received_utc_us < $8 ORDER BY waveform.first_us, batch, position LIMIT $9",

    "SELECT bytes, public_key FROM batch JOIN body ON body.batch = batch.id JOIN device_key ON device_key.id = "
    "batch.key "
    "WHERE batch.id = $1",
};

constexpr std::int64_t kLowest = BatchPlace::kLowest, kHighest = BatchPlace::kHighest;
constexpr std::int64_t kChunk = 200;

struct BootSlice {
  Origin origin;
  Timeline timeline;
  std::int64_t low = kLowest, high = kHighest;  // boot_us
};

// The first instant of the boot that is not before `time`. UTC never falls while the boot clock rises.
std::int64_t first_not_before(const Timeline& timeline, UtcTime time) {
  const std::int64_t guess = us(time) - (us(timeline.anchors().front().utc) - us(timeline.anchors().front().boot_time));
  constexpr std::int64_t kFar = std::int64_t{1} << 42;  // 50 days: how far two anchors may be apart in what they say
  std::int64_t low = guess - kFar, high = guess + kFar;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    if (timeline.utc(boot_time(middle))->time < time)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

class Finder {
 public:
  Finder(std::vector<sql::Statement> statements, const Openers& openers, Subjects subjects, LedgerPanels panels,
         const ObservationQuery& query, std::optional<BatchPlace> only)
      : statements_(std::move(statements)),
        openers_(openers),
        subjects_(std::move(subjects)),
        panels_(std::move(panels)),
        query_(query),
        only_(only),
        sink_(text_, subjects_, panels_) {}

  Result<ObservationPage> run(const std::vector<FhirDevice>& devices);

 private:
  Result<void> series(const Series& series, std::int64_t device);
  Result<void> boot(const Series& series, BootSlice& slice);
  Result<void> readings(const Series& series, BootSlice& slice);
  Result<bool> readings_chunk(const Series& series, BootSlice& slice, PageEnd& at);
  Result<void> columns(const Series& series, BootSlice& slice);
  Result<bool> columns_chunk(const Series& series, BootSlice& slice, PageEnd& at);
  Result<void> column(const Series& series, const BootSlice& slice, const sql::Rows& row, PageEnd& at);
  void add(const Series& series, const ExportedReading& reading);

  bool wants(const Series& series) const;
  bool wants(const Series& series, std::optional<UtcTime> time) const;
  bool is_asked_for(const std::string& observation) const;
  bool full() const { return page_.observations.size() >= query_.count; }
  // Where the walk through this series and boot begins.
  PageEnd begin(const Series& series, const BootSlice& slice, std::int64_t in_columns) const;
  void gather(const PageEnd& at);

  std::vector<sql::Statement> statements_;
  const Openers& openers_;
  Subjects subjects_;
  LedgerPanels panels_;
  const ObservationQuery& query_;
  std::optional<BatchPlace> only_;
  TextOutput text_{nullptr};
  FhirSink sink_;
  ObservationPage page_;
  std::map<std::pair<std::string, std::string>, FhirDevice> devices_;  // by device and sensor
};

std::optional<UtcTime> utc_of(const Timeline& timeline, BootTime time) {
  const auto utc = timeline.utc(time);
  return utc ? std::optional(utc->time) : std::nullopt;
}

bool Finder::wants(const Series& series) const {
  const auto any = [](const auto& asked, auto holds) { return asked.empty() || std::ranges::any_of(asked, holds); };
  const auto& sensor = devices_.at({series.device, series.sensor});
  return any(query_.codes, [&](const std::string& token) { return has_code(series, token); }) &&
         any(query_.subjects, [&](const std::string& subject) { return subjects_.may_be_of(series, subject); }) &&
         any(query_.devices, [&](const std::string& asked) {
           const std::string id = asked.starts_with("Device/") ? asked.substr(7) : asked;
           const std::string identifier = id.substr(std::min(id.find('|') + 1, id.size()));
           return id == sensor.id || id == sensor.parent || identifier == sensor.identifier() ||
                  identifier == sensor.device;
         });
}

bool Finder::wants(const Series& series, std::optional<UtcTime> time) const {
  if (query_.date.limited() && (!time || !query_.date.contains(*time))) return false;
  if (query_.subjects.empty()) return true;
  const std::string subject = subjects_.of(series, time);
  return std::ranges::any_of(query_.subjects, [&](const auto& asked) { return same_subject(subject, asked); });
}

PageEnd Finder::begin(const Series& series, const BootSlice& slice, std::int64_t in_columns) const {
  const PageEnd start{series.id, slice.origin.boot_row, in_columns, kLowest, 0, -1};
  return query_.after && *query_.after > start ? *query_.after : start;
}

bool Finder::is_asked_for(const std::string& observation) const {
  const auto is = [&](const std::string& id) { return observation.find("\"id\":\"" + id + "\"") != observation.npos; };
  return query_.ids.empty() || std::ranges::any_of(query_.ids, is);
}

// Lines of text are Observations.
void Finder::gather(const PageEnd& at) {
  std::string& text = text_.text();
  if (text.empty()) return;
  text.pop_back();
  if (is_asked_for(text)) page_.observations.push_back(std::move(text));
  text.clear();
  if (full()) page_.next = at;
}

Result<ObservationPage> Finder::run(const std::vector<FhirDevice>& devices) {
  for (const FhirDevice& device : devices) devices_.insert_or_assign({device.device, device.sensor}, device);
  sql::Rows rows = statements_[kSeries].query(query_.after ? query_.after->series : 0);
  for (auto row = rows.next(); !row || *row; row = rows.next()) {
    if (!row) return row.error();
    Series one{rows.integer(0),
               std::string(rows.bytes(1)),
               std::string(rows.bytes(2)),
               std::string(rows.bytes(3)),
               std::string(rows.bytes(4)),
               static_cast<std::uint32_t>(rows.integer(5))};
    if (only_ && only_->device != rows.integer(6)) continue;
    if (!devices_.contains({one.device, one.sensor}) || !wants(one)) continue;
    const FhirDevice& sensor = devices_.at({one.device, one.sensor});
    one.sensor_reference = "Device/" + sensor.id;
    one.gateway_reference = "Device/" + sensor.parent;
    sink_.series(one);
    if (const auto found = series(one, rows.integer(6)); !found) return found.error();
    if (full()) break;
  }
  return std::move(page_);
}

Result<void> Finder::series(const Series& series, std::int64_t device) {
  const bool resumed = query_.after && query_.after->series == series.id;
  sql::Rows rows = statements_[kBoots].query(device, resumed ? query_.after->boot : 0);
  for (auto row = rows.next(); !row || *row; row = rows.next()) {
    if (!row) return row.error();
    BootSlice slice;
    slice.origin.boot_row = rows.integer(0);
    if (only_ && only_->boot != slice.origin.boot_row) continue;
    if (only_) slice.low = only_->low;
    if (only_) slice.high = only_->high;
    slice.origin.boot = array_of<16>(rows.bytes(1));
    if (const auto found = boot(series, slice); !found) return found;
    if (full()) return {};
  }
  return {};
}

Result<void> Finder::boot(const Series& series, BootSlice& slice) {
  auto anchors = timeline(statements_[kAnchors], slice.origin.boot_row);
  if (!anchors) return anchors.error();
  slice.timeline = std::move(*anchors);
  const bool known = !slice.timeline.anchors().empty();
  if (!known && query_.date.limited()) return {};
  if (query_.date.from) slice.low = first_not_before(slice.timeline, *query_.date.from);
  if (query_.date.to) slice.high = first_not_before(slice.timeline, *query_.date.to);
  if (const auto found = readings(series, slice); !found || full()) return found;
  return columns(series, slice);
}

Result<void> Finder::readings(const Series& series, BootSlice& slice) {
  PageEnd at = begin(series, slice, 0);
  for (bool more = at.in_columns == 0; more && !full();) {
    const auto chunk = readings_chunk(series, slice, at);
    if (!chunk) return chunk.error();
    more = *chunk;
  }
  return {};
}

Result<bool> Finder::readings_chunk(const Series& series, BootSlice& slice, PageEnd& at) {
  const auto& updated = query_.updated;
  sql::Rows rows = statements_[kReadings].query(series.id, slice.origin.boot_row, slice.low, slice.high, at.boot_us,
                                                at.batch, at.position, updated.from ? us(*updated.from) : kLowest,
                                                updated.to ? us(*updated.to) : kHighest, kChunk);
  std::int64_t seen = 0;
  for (auto row = rows.next(); !row || *row; row = rows.next()) {
    if (!row) return row.error();
    ++seen;
    at.boot_us = rows.integer(0);
    at.batch = rows.integer(12);
    at.position = rows.integer(8);
    slice.origin.epoch = unsigned_of(rows.integer(9));
    slice.origin.number = unsigned_of(rows.integer(10));
    slice.origin.received = utc_time(rows.integer(11));
    const BootTime time = boot_time(at.boot_us);
    const DecodedReading reading = projected_reading(rows, time, 1);
    add(series, {slice.origin, reading, static_cast<RateMilliHz>(rows.integer(7)), utc_of(slice.timeline, time),
                 static_cast<std::size_t>(at.position)});
    gather(at);
    if (full()) return false;
  }
  return seen == kChunk;
}

void Finder::add(const Series& series, const ExportedReading& reading) {
  if (wants(series, reading.utc)) sink_.reading(reading);
}

Result<void> Finder::columns(const Series& series, BootSlice& slice) {
  PageEnd at = begin(series, slice, 1);
  for (bool more = true; more && !full();) {
    const auto chunk = columns_chunk(series, slice, at);
    if (!chunk) return chunk.error();
    more = *chunk;
  }
  return {};
}

Result<bool> Finder::columns_chunk(const Series& series, BootSlice& slice, PageEnd& at) {
  const auto& updated = query_.updated;
  sql::Rows rows = statements_[kColumns].query(series.id, slice.origin.boot_row, slice.low, slice.high, at.boot_us,
                                               at.batch, updated.from ? us(*updated.from) : kLowest,
                                               updated.to ? us(*updated.to) : kHighest, kChunk);
  std::int64_t seen = 0;
  for (auto row = rows.next(); !row || *row; row = rows.next()) {
    if (!row) return row.error();
    ++seen;
    slice.origin.epoch = unsigned_of(rows.integer(5));
    slice.origin.number = unsigned_of(rows.integer(6));
    slice.origin.received = utc_time(rows.integer(7));
    // Of the batch where the last page ended, the positions up to that end are done.
    if (at.boot_us != rows.integer(0) || at.batch != rows.integer(2)) at.position = -1;
    at.boot_us = rows.integer(0);
    at.batch = rows.integer(2);
    if (const auto found = column(series, slice, rows, at); !found) continue;  // a batch that cannot be read
    if (full()) return false;
  }
  return seen == kChunk;
}

Result<void> Finder::column(const Series& series, const BootSlice& slice, const sql::Rows& row, PageEnd& at) {
  sql::Rows body = statements_[kBody].query(at.batch);
  const auto there = body.next();
  if (!there) return there.error();
  if (!*there) return Error(Code::not_found, "the batch is gone");
  const auto envelope = envelope_of(body.bytes(0));
  if (!envelope) return envelope.error();
  const auto decoded = open_batch(*envelope, body.bytes(0), array_of<32>(body.bytes(1)), openers_);
  if (!decoded) return decoded.error();
  std::int64_t position = 0;
  for (const DecodedColumn& column : decoded->columns) {
    const auto size = static_cast<std::int64_t>(column.readings.size());
    const bool here = position == row.integer(3) && column.metric == series.metric && column.sensor == series.sensor;
    if (here && column.rate != 0 && position > at.position) {
      at.position = position;
      const auto first = utc_of(slice.timeline, column.readings.front().time);
      if (wants(series, first))
        sink_.column({slice.origin, column.readings, column.rate, slice.timeline, static_cast<std::size_t>(position)});
      gather(at);
    }
    for (std::int64_t i = 0; here && column.rate == 0 && i < size && !full(); ++i) {
      if (position + i <= at.position) continue;
      at.position = position + i;
      const DecodedReading& reading = column.readings[static_cast<std::size_t>(i)];
      add(series,
          {slice.origin, reading, 0, utc_of(slice.timeline, reading.time), static_cast<std::size_t>(at.position)});
      gather(at);
    }
    position += size;
  }
  return {};
}

}  // namespace

Result<ObservationPage> find_page(sql::Database& database, const Openers& openers, const Subjects& subjects,
                                  const ObservationQuery& query, std::optional<BatchPlace> only) {
  auto panels = LedgerPanels::open(database);
  if (!panels) return panels.error();
  const auto devices = fhir_devices(database);
  if (!devices) return devices.error();
  auto statements = prepare_all(database, kSql);
  if (!statements) return statements.error();
  return Finder(std::move(*statements), openers, subjects, std::move(*panels), query, only).run(*devices);
}

}  // namespace vitald
