#include "sync/receiver/exporter.hpp"

#include <algorithm>

#include "sync/receiver/boot_bounds.hpp"
#include "sync/receiver/projection.hpp"
#include "sync/receiver/receiver_store.hpp"

namespace vitald {
namespace {

// In the order of kSql.
enum Sql : std::size_t { kSeries, kBoots, kAnchors, kReadings, kWaveforms, kBatch };

constexpr const char* kSql[] = {
    "SELECT series.id, device.name, sensor, metric, unit, mdc, series.device FROM series JOIN device ON device.id = "
    "series.device "
    "WHERE ($1 = '' OR device.name = $1) AND ($2 = '' OR metric = $2) ORDER BY device.name, sensor, metric, unit, mdc",

    "SELECT boot.id, boot.boot FROM boot JOIN series ON series.device = boot.device WHERE series.id = $1 ORDER BY "
    "boot.id",
    kAnchorsOfBoot,

    "SELECT boot_us, mantissa, exponent, special, quality, device_time_us, record_number, rate_mhz, position, epoch, "
    "number FROM reading JOIN batch ON batch.id = reading.batch WHERE series = $1 AND reading.boot = $2 "
    "ORDER BY boot_us, reading.batch, position",

    "SELECT batch, position, rate_mhz, waveform.first_us, waveform.last_us, epoch, number FROM waveform "
    "JOIN batch ON batch.id = waveform.batch WHERE series = $1 AND waveform.boot = $2 "
    "ORDER BY waveform.first_us, waveform.batch, position",

    "SELECT bytes, public_key FROM batch JOIN body ON body.batch = batch.id JOIN device_key ON device_key.id = "
    "batch.key "
    "WHERE batch.id = $1",
};

class Exporter {
 public:
  Exporter(sql::Database& database, std::vector<sql::Statement> statements, const Openers& openers,
           const ExportFilter& filter, ExportSink& sink)
      : database_(database), statements_(std::move(statements)), openers_(openers), filter_(filter), sink_(sink) {}

  Result<void> run();

 private:
  Result<void> export_series(const Series& series, std::int64_t device);
  Result<void> export_boot(const Series& series, Origin& origin);
  Result<void> export_readings_of(const Series& series, Origin& origin, const Timeline& timeline);
  Result<void> export_waveforms_of(const Series& series, Origin& origin, const Timeline& timeline);
  Result<void> export_column(const Series& series, const Origin& origin, const sql::Rows& row,
                             const Timeline& timeline);
  Result<const DecodedBody*> body(std::int64_t batch);

  bool wanted(std::optional<UtcTime> utc) const;
  bool timed() const { return filter_.from || filter_.to; }
  // A batch that cannot be read does not keep the others from being exported.
  void note(const Error& unreadable);

  sql::Database& database_;
  std::vector<sql::Statement> statements_;
  const Openers& openers_;
  const ExportFilter& filter_;
  ExportSink& sink_;
  std::int64_t decoded_batch_ = 0;  // a batch may hold several columns of one series
  DecodedBody decoded_;
  std::int64_t bounded_device_ = 0;
  std::map<std::int64_t, BootSpan> spans_;  // of the boots of that device
  std::uint64_t unreadable_ = 0;
  std::string first_unreadable_;
};

std::optional<UtcTime> utc_of(const Timeline& timeline, BootTime time) {
  const auto utc = timeline.utc(time);
  return utc ? std::optional(utc->time) : std::nullopt;
}

Result<void> Exporter::run() {
  sql::Rows rows = statements_[kSeries].query(Text{filter_.device}, Text{filter_.metric});
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) break;
    const Series series{rows.integer(0),
                        std::string(rows.bytes(1)),
                        std::string(rows.bytes(2)),
                        std::string(rows.bytes(3)),
                        std::string(rows.bytes(4)),
                        static_cast<std::uint32_t>(rows.integer(5))};
    if (const auto exported = export_series(series, rows.integer(6)); !exported)
      return exported.error().in("series of " + series.metric);
  }
  if (unreadable_ == 0) return {};
  return Error(Code::corrupt, std::to_string(unreadable_) + " waveform columns could not be read and are not in the " +
                                  "export; the first: " + first_unreadable_);
}

void Exporter::note(const Error& unreadable) {
  if (unreadable_++ == 0) first_unreadable_ = unreadable.sentence();
}

Result<void> Exporter::export_series(const Series& series, std::int64_t device) {
  if (device != bounded_device_) {
    auto spans = boot_spans(database_, device);
    if (!spans) return spans.error();
    spans_ = std::move(*spans);
    bounded_device_ = device;
  }
  sink_.series(series);
  sql::Rows rows = statements_[kBoots].query(series.id);
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return {};
    Origin origin{rows.integer(0), array_of<16>(rows.bytes(1)), 0, 0};
    if (const auto exported = export_boot(series, origin); !exported) return exported;
  }
}

Result<void> Exporter::export_boot(const Series& series, Origin& origin) {
  const auto anchors = timeline(statements_[kAnchors], origin.boot_row);
  if (!anchors) return anchors.error();
  if (const auto readings = export_readings_of(series, origin, *anchors); !readings) return readings;
  return export_waveforms_of(series, origin, *anchors);
}

Result<void> Exporter::export_readings_of(const Series& series, Origin& origin, const Timeline& timeline) {
  sql::Rows rows = statements_[kReadings].query(series.id, origin.boot_row);
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return {};
    const BootTime time = boot_time(rows.integer(0));
    const auto utc = utc_of(timeline, time);
    if (!wanted(utc)) continue;
    origin.epoch = unsigned_of(rows.integer(9));
    origin.number = unsigned_of(rows.integer(10));
    const DecodedReading reading = projected_reading(rows, time, 1);
    const BootSpan& span = spans_[origin.boot_row];
    ExportedReading exported{origin, reading, static_cast<RateMilliHz>(rows.integer(7)), utc,
                             static_cast<std::size_t>(rows.integer(8))};
    if (!utc) exported.not_before = span.earliest(time);
    if (!utc) exported.not_after = span.latest(time);
    sink_.reading(exported);
  }
}

Result<void> Exporter::export_waveforms_of(const Series& series, Origin& origin, const Timeline& timeline) {
  sql::Rows rows = statements_[kWaveforms].query(series.id, origin.boot_row);
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return {};
    const auto first = utc_of(timeline, boot_time(rows.integer(3)));
    const auto last = utc_of(timeline, boot_time(rows.integer(4)));
    const bool outside =
        (filter_.from && last && *last < *filter_.from) || (filter_.to && first && *first >= *filter_.to);
    if (outside || (timed() && !first)) continue;
    origin.epoch = unsigned_of(rows.integer(5));
    origin.number = unsigned_of(rows.integer(6));
    if (const auto exported = export_column(series, origin, rows, timeline); !exported) note(exported.error());
  }
}

Result<void> Exporter::export_column(const Series& series, const Origin& origin, const sql::Rows& row,
                                     const Timeline& timeline) {
  const auto body = this->body(row.integer(0));
  if (!body) return body.error().in("batch " + std::to_string(origin.number));
  const auto at = static_cast<std::size_t>(row.integer(1));
  std::size_t position = 0;
  for (const DecodedColumn& column : (*body)->columns) {
    const bool here = position == at && column.metric == series.metric && column.sensor == series.sensor;
    if (!here) {
      position += column.readings.size();
      continue;
    }
    const auto in = [&](const DecodedReading& sample) { return !timed() || wanted(utc_of(timeline, sample.time)); };
    const auto first = std::ranges::find_if(column.readings, in);
    const auto end = std::find_if_not(first, column.readings.end(), in);
    if (first == end) return {};
    const auto index = position + static_cast<std::size_t>(first - column.readings.begin());
    sink_.column({origin, {first, end}, column.rate, timeline, index});
    return {};
  }
  return Error(Code::corrupt, "its columns are not those that were stored");
}

Result<const DecodedBody*> Exporter::body(std::int64_t batch) {
  if (batch == decoded_batch_) return &decoded_;
  sql::Rows rows = statements_[kBatch].query(batch);
  const auto row = rows.next();
  if (!row) return row.error();
  if (!*row) return Error(Code::corrupt, "the batch is gone");
  const auto envelope = envelope_of(rows.bytes(0));
  if (!envelope) return envelope.error();
  auto decoded = open_batch(*envelope, rows.bytes(0), array_of<32>(rows.bytes(1)), openers_);
  if (!decoded) return decoded.error();
  decoded_ = std::move(*decoded);
  decoded_batch_ = batch;
  return &decoded_;
}

bool Exporter::wanted(std::optional<UtcTime> utc) const {
  if (!timed()) return true;
  return utc && (!filter_.from || *utc >= *filter_.from) && (!filter_.to || *utc < *filter_.to);
}

}  // namespace

Result<void> export_readings(sql::Database& database, const Openers& openers, const ExportFilter& filter,
                             ExportSink& sink) {
  std::vector<sql::Statement> statements;
  for (const char* text : kSql) {
    auto statement = database.prepare_large(text);
    if (!statement) return statement.error();
    statements.push_back(std::move(*statement));
  }
  const auto snapshot = sql::Snapshot::begin(database);
  if (!snapshot) return snapshot.error();
  return Exporter(database, std::move(statements), openers, filter, sink).run();
}

}  // namespace vitald
