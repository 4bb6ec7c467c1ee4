#include "sync/receiver/export_rows.hpp"

#include "sync/receiver/json_text.hpp"

namespace vitald {
namespace {

constexpr std::string_view kHeader =
    "device,sensor,metric,mdc,loinc,unit,boot,boot_us,utc,value,special,quality,device_time_us,record_number,rate_mhz,"
    "epoch,number,index,utc_not_before,utc_not_after";

std::string_view loinc(const std::string& metric) {
  const Metric* known = find_metric(metric);
  return known ? known->loinc : std::string_view();
}

void append_cell(std::string& out, std::string_view cell) {
  if (cell.find_first_of(",\"\r\n") == cell.npos) {
    out += cell;
    return;
  }
  out += '"';
  for (const char c : cell) out.append(c == '"' ? 2 : 1, c);
  out += '"';
}

// The cells value and special: one of them is empty.
void append_value(std::string& out, const Decimal& value) {
  if (value.is_number()) out += value.text();
  out += ',';
  if (!value.is_number()) out += name(value.special());
}

void append_quality(std::string& out, Quality quality) {
  if (quality == quality::kGood) return;
  const char* separator = "";
  for (const std::string_view name : quality_names(quality)) {
    (out += separator) += name;
    separator = "|";
  }
}

void append_bound(std::string& out, std::string_view name, const std::optional<UtcTime>& bound) {
  if (!bound) return;
  append_utc(((out += ",\"") += name) += "\":\"", *bound);
  out += '"';
}

}  // namespace

void ExportSink::column(const ExportedColumn& column) {
  std::size_t index = column.index;
  for (const DecodedReading& sample : column.readings) {
    const auto utc = column.timeline.utc(sample.time);
    reading({column.origin, sample, column.rate, utc ? std::optional(utc->time) : std::nullopt, index++});
  }
}

CsvSink::CsvSink(TextOutput& output) : output_(output) {
  output_.text() += kHeader;
  output_.line();
}

void CsvSink::series(const Series& series) {
  head_.clear();
  append_cell(head_, series.device);
  append_cell(head_ += ',', series.sensor);
  append_cell(head_ += ',', series.metric);
  head_ += ',';
  if (series.mdc != 0) append_number(head_, std::uint64_t{series.mdc});
  (head_ += ',') += loinc(series.metric);
  append_cell(head_ += ',', series.unit);
}

void CsvSink::reading(const ExportedReading& exported) {
  const DecodedReading& reading = exported.reading;
  std::string& out = output_.text();
  out += head_;
  append_hex(out += ',', exported.origin.boot);
  append_number(out += ',', us(reading.time));
  out += ',';
  if (exported.utc) append_utc(out, *exported.utc);
  append_value(out += ',', reading.value);
  append_quality(out += ',', reading.quality);
  out += ',';
  if (reading.device_time) append_number(out, reading.device_time->us);
  out += ',';
  if (reading.record_number) append_number(out, std::uint64_t{*reading.record_number});
  append_number(out += ',', std::uint64_t{exported.rate});
  append_hex(out += ',', exported.origin.epoch);
  append_number(out += ',', exported.origin.number);
  append_number(out += ',', std::uint64_t{exported.index});
  for (const auto& bound : {exported.not_before, exported.not_after}) {
    out += ',';
    if (bound) append_utc(out, *bound);
  }
  output_.line();
}

void NdjsonSink::series(const Series& series) {
  head_.clear();
  JsonText json(head_);
  json.object().member("device", series.device).member("sensor", series.sensor).member("metric", series.metric);
  if (series.mdc != 0) json.raw_member("mdc", std::to_string(series.mdc));
  if (!loinc(series.metric).empty()) json.member("loinc", loinc(series.metric));
  json.member("unit", series.unit);
}

void NdjsonSink::reading(const ExportedReading& exported) {
  const DecodedReading& reading = exported.reading;
  std::string& out = output_.text();
  append_hex((out += head_) += ",\"boot\":\"", exported.origin.boot);
  append_number(out += "\",\"boot_us\":", us(reading.time));
  if (exported.utc) {
    append_utc(out += ",\"utc\":\"", *exported.utc);
    out += '"';
  }
  if (reading.value.is_number()) (out += ",\"value\":") += reading.value.text();
  JsonText json(out);
  if (!reading.value.is_number()) json.member("special", name(reading.value.special()));
  if (reading.quality != quality::kGood) {
    json.key("quality").array();
    for (const std::string_view flag : quality_names(reading.quality)) json.text(flag);
    json.end_array();
  }
  if (reading.device_time) append_number(out += ",\"device_time_us\":", reading.device_time->us);
  if (reading.record_number) append_number(out += ",\"record_number\":", std::uint64_t{*reading.record_number});
  if (exported.rate != 0) append_number(out += ",\"rate_mhz\":", std::uint64_t{exported.rate});
  append_hex(out += ",\"epoch\":\"", exported.origin.epoch);
  append_number(out += "\",\"number\":", exported.origin.number);
  append_number(out += ",\"index\":", std::uint64_t{exported.index});
  append_bound(out, "utc_not_before", exported.not_before);
  append_bound(out, "utc_not_after", exported.not_after);
  out += '}';
  output_.line();
}

}  // namespace vitald
