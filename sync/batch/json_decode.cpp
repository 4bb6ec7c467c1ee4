#include <algorithm>

#include "sync/batch/exact_json.hpp"
#include "sync/batch/json.hpp"
#include "sync/batch/json_names.hpp"

namespace vitald {
namespace {

using nlohmann::json;

// The value of an enumeration whose name the member has; the first of `all` and a fault when it is none.
template <class Enum>
Enum read_name(MemberReader& reader, const char* key, std::initializer_list<Enum> all) {
  const std::string wanted = reader.text(key);
  const auto* const found = std::ranges::find_if(all, [&](Enum value) { return name(value) == wanted; });
  if (found != all.end()) return *found;
  reader.refuse(key, "is not known");
  return *all.begin();
}

Class read_class(MemberReader& reader) {
  return read_name(reader, "class", {Class::alarm, Class::vital, Class::waveform});
}

std::string read_short_text(MemberReader& reader, const char* key) {
  std::string text = reader.text(key);
  if (text.size() > kMaxTextBytes) reader.refuse(key, "is longer than " + std::to_string(kMaxTextBytes) + " bytes");
  return text;
}

std::uint64_t read_epoch(MemberReader& reader) {
  std::array<std::uint8_t, 8> bytes{};
  reader.hex("epoch", bytes);
  std::uint64_t epoch = 0;
  for (const std::uint8_t byte : bytes) epoch = epoch << 8 | byte;
  return epoch;
}

Quality read_quality(MemberReader& reader) {
  Quality quality = 0;
  for (const json& flag : reader.array("quality")) {
    const auto bit = flag.is_string() ? json_names::quality(flag.get<std::string>()) : std::nullopt;
    if (!bit) reader.refuse("quality", "has an unknown flag");
    quality = static_cast<Quality>(quality | bit.value_or(0));
  }
  return quality;
}

Decimal read_value(MemberReader& reader) {
  if (!reader.has("special")) return reader.decimal("value");
  return read_name(reader, "special",
                   {Special::not_a_number, Special::not_at_resolution, Special::positive_infinity,
                    Special::negative_infinity, Special::reserved});
}

DecodedReading read_reading(MemberReader& reader) {
  DecodedReading reading;
  reading.time = boot_time(reader.sint("boot_us"));
  reading.value = read_value(reader);
  if (reader.has("quality")) reading.quality = read_quality(reader);
  if (reader.has("device_time_us")) reading.device_time = DeviceTime{reader.sint("device_time_us")};
  if (reader.has("record_number"))
    reading.record_number = static_cast<std::uint32_t>(reader.uint("record_number", UINT32_MAX));
  return reading;
}

// What a row says of its column.
DecodedColumn read_column(MemberReader& reader) {
  DecodedColumn column;
  column.sensor = read_short_text(reader, "sensor");
  column.metric = read_short_text(reader, "metric");
  column.unit = read_short_text(reader, "unit");
  if (reader.has("mdc")) column.mdc = static_cast<std::uint32_t>(reader.uint("mdc", UINT32_MAX));
  if (reader.has("rate_mhz")) column.rate = static_cast<RateMilliHz>(reader.uint("rate_mhz", UINT32_MAX));
  return column;
}

bool same_column(const DecodedColumn& a, const DecodedColumn& b) {
  return a.sensor == b.sensor && a.metric == b.metric && a.unit == b.unit && a.mdc == b.mdc && a.rate == b.rate;
}

Result<void> take_row(const json& row, std::vector<DecodedColumn>& columns) {
  MemberReader reader(row);
  DecodedColumn column = read_column(reader);
  const DecodedReading reading = read_reading(reader);
  if (reader.error()) return *reader.error();
  if (columns.empty() || !same_column(columns.back(), column)) columns.push_back(std::move(column));
  columns.back().readings.push_back(reading);
  return {};
}

Result<std::vector<Range>> read_ranges(const json& pairs) {
  std::vector<Range> ranges;
  for (const json& pair : pairs) {
    const bool two =
        pair.is_array() && pair.size() == 2 && pair[0].is_number_unsigned() && pair[1].is_number_unsigned();
    if (!two || pair[0] > pair[1]) return Error(Code::invalid, "ranges has what is no range");
    ranges.push_back({pair[0].get<std::uint64_t>(), pair[1].get<std::uint64_t>()});
  }
  return ranges;
}

Result<Loss> read_loss(const json& object) {
  Loss loss;
  MemberReader reader(object);
  loss.reason = read_name(reader, "reason",
                          {LossReason::evicted, LossReason::corrupt, LossReason::sensor_absent, LossReason::queue_full,
                           LossReason::commit_failed});
  loss.class_ = read_class(reader);
  loss.readings = reader.uint("readings");
  reader.hex("boot", loss.boot);
  loss.first = boot_time(reader.sint("first_us"));
  loss.last = boot_time(reader.sint("last_us"));
  if (reader.has("epoch")) loss.epoch = read_epoch(reader);
  if (reader.has("sensor")) loss.sensor = read_short_text(reader, "sensor");
  auto ranges = read_ranges(reader.has("ranges") ? reader.array("ranges") : json::array());
  if (reader.error()) return *reader.error();
  if (!ranges) return ranges.error();
  loss.ranges = std::move(*ranges);
  return loss;
}

Result<Anchor> read_anchor(const json& object) {
  Anchor anchor;
  MemberReader reader(object);
  anchor.boot_time = boot_time(reader.sint("boot_us"));
  anchor.utc = utc_time(reader.sint("utc_us"));
  anchor.uncertainty = Microseconds(reader.sint("uncertainty_us"));
  anchor.source =
      read_name(reader, "source", {ClockSource::none, ClockSource::kernel, ClockSource::rtc, ClockSource::operator_});
  if (reader.error()) return *reader.error();
  return anchor;
}

Envelope read_envelope(MemberReader& reader) {
  Envelope envelope;
  if (reader.uint("vitald") != 1) reader.refuse("vitald", "is a version that is not known");
  envelope.device = reader.text("device");
  if (!is_device_id(envelope.device)) reader.refuse("device", "is not a device id");
  envelope.epoch = read_epoch(reader);
  envelope.number = reader.uint("number");
  if (envelope.number == 0) reader.refuse("number", "is 0");
  envelope.class_ = read_class(reader);
  reader.hex("boot", envelope.boot);
  return envelope;
}

Result<void> read_body(MemberReader& reader, DecodedBody& body) {
  if (reader.has("anchor")) {
    auto anchor = read_anchor(reader.object("anchor"));
    if (!anchor) return anchor.error().in("anchor");
    body.anchor = *anchor;
  }
  const json& rows = reader.array("readings");
  if (rows.size() > kMaxReadingsInBody) return Error(Code::invalid, "more readings than a batch may hold");
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (auto taken = take_row(rows[i], body.columns); !taken) return taken.error().in("readings/" + std::to_string(i));
  const json losses = reader.has("losses") ? reader.array("losses") : json::array();
  for (std::size_t i = 0; i < losses.size(); ++i) {
    auto loss = read_loss(losses[i]);
    if (!loss) return loss.error().in("losses/" + std::to_string(i));
    body.losses.push_back(std::move(*loss));
  }
  return {};
}

}  // namespace

Result<JsonBatch> decode_json(std::string_view text) {
  const auto document = parse_exact_json(text);
  if (!document) return document.error();
  MemberReader reader(*document);
  JsonBatch batch;
  batch.envelope = read_envelope(reader);
  auto body = reader.error() ? Result<void>(*reader.error()) : read_body(reader, batch.body);
  if (!body) return body.error().in("JSON batch");
  if (reader.error()) return reader.error()->in("JSON batch");
  for (const DecodedColumn& column : batch.body.columns)
    batch.envelope.readings += static_cast<std::uint32_t>(column.readings.size());
  return batch;
}

}  // namespace vitald
