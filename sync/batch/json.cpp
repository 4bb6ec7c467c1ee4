#include "sync/batch/json.hpp"

#include <chrono>
#include <concepts>
#include <cstdio>

#include "sync/batch/json_names.hpp"

namespace vitald {
namespace {

std::string escaped(char c) {
  char text[8];
  std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return text;
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      out += escaped(c);
    else
      out += c;
  }
  return out + '"';
}

class JsonObject {
 public:
  void add(std::string_view key, std::string_view json) {
    text_ += text_.empty() ? '{' : ',';
    text_ += '"';
    text_ += key;
    text_ += "\":";
    text_ += json;
  }
  void add(std::string_view key, std::integral auto number) { add(key, std::to_string(number)); }
  void add_text(std::string_view key, std::string_view text) { add(key, json_text(text)); }
  std::string end() && { return std::move(text_) + '}'; }

 private:
  std::string text_;
};

class JsonArray {
 public:
  void add(std::string_view json) {
    text_ += text_.empty() ? '[' : ',';
    text_ += json;
  }
  bool empty() const { return text_.empty(); }
  std::string end() && { return text_.empty() ? "[]" : std::move(text_) + ']'; }

 private:
  std::string text_;
};

std::string hex(std::span<const std::uint8_t> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string hex(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
  return hex(bytes);
}

// Exact, and with the same mantissa and exponent when read back: 36.60, 15e2.
std::string number(const Decimal& value) {
  if (value.exponent() <= 0) return value.text();
  return std::to_string(value.mantissa()) + 'e' + std::to_string(value.exponent());
}

// "2026-01-02T03:04:05.678Z", rounded down; nothing outside the years 1 to 9999.
std::optional<std::string> iso_utc(std::int64_t utc_us) {
  using namespace std::chrono;
  if (utc_us / 1'000'000 > 253'402'300'799 || utc_us / 1'000'000 < -62'135'596'799) return std::nullopt;
  const sys_time<microseconds> time{microseconds(utc_us)};
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<milliseconds>(time - day));
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

// By the body's anchor; nothing where the sum leaves the range of the clock.
std::optional<std::string> utc(BootTime time, const std::optional<Anchor>& anchor) {
  std::int64_t since = 0, utc_us = 0;
  if (!anchor || __builtin_sub_overflow(us(time), us(anchor->boot_time), &since) ||
      __builtin_add_overflow(us(anchor->utc), since, &utc_us))
    return std::nullopt;
  return iso_utc(utc_us);
}

std::string quality_names(Quality quality) {
  JsonArray names;
  for (unsigned bit = 0; bit < 16; ++bit)
    if (quality >> bit & 1) names.add(json_text(json_names::quality(bit)));
  return std::move(names).end();
}

std::string row(const DecodedColumn& column, const DecodedReading& reading, const std::optional<Anchor>& anchor) {
  JsonObject row;
  row.add_text("sensor", column.sensor);
  row.add_text("metric", column.metric);
  if (column.mdc != 0) row.add("mdc", column.mdc);
  row.add_text("unit", column.unit);
  row.add("boot_us", us(reading.time));
  if (const auto text = utc(reading.time, anchor)) row.add_text("utc", *text);
  if (reading.value.is_number())
    row.add("value", number(reading.value));
  else
    row.add_text("special", name(reading.value.special()));
  if (reading.quality != 0) row.add("quality", quality_names(reading.quality));
  if (reading.device_time) row.add("device_time_us", reading.device_time->us);
  if (reading.record_number) row.add("record_number", *reading.record_number);
  if (column.rate != 0) row.add("rate_mhz", column.rate);
  return std::move(row).end();
}

std::string loss_json(const Loss& loss) {
  JsonArray ranges;
  for (const Range& range : loss.ranges)
    ranges.add('[' + std::to_string(range.first) + ',' + std::to_string(range.last) + ']');
  JsonObject json;
  json.add_text("reason", name(loss.reason));
  json.add_text("class", name(loss.class_));
  json.add("readings", loss.readings);
  json.add_text("boot", hex(loss.boot));
  json.add("first_us", us(loss.first));
  json.add("last_us", us(loss.last));
  if (loss.epoch != 0) json.add_text("epoch", hex(loss.epoch));
  if (!ranges.empty()) json.add("ranges", std::move(ranges).end());
  if (!loss.sensor.empty()) json.add_text("sensor", loss.sensor);
  return std::move(json).end();
}

std::string anchor_json(const Anchor& anchor) {
  JsonObject json;
  json.add("boot_us", us(anchor.boot_time));
  json.add("utc_us", us(anchor.utc));
  json.add("uncertainty_us", anchor.uncertainty.count());
  json.add_text("source", name(anchor.source));
  return std::move(json).end();
}

}  // namespace

std::string encode_json(const Envelope& envelope, const DecodedBody& body) {
  JsonObject json;
  json.add("vitald", envelope.version);
  json.add_text("device", envelope.device);
  json.add_text("epoch", hex(envelope.epoch));
  json.add("number", envelope.number);
  json.add_text("class", name(envelope.class_));
  json.add_text("boot", hex(envelope.boot));
  if (body.anchor) json.add("anchor", anchor_json(*body.anchor));
  JsonArray readings, losses;
  for (const DecodedColumn& column : body.columns)
    for (const DecodedReading& reading : column.readings) readings.add(row(column, reading, body.anchor));
  json.add("readings", std::move(readings).end());
  for (const Loss& loss : body.losses) losses.add(loss_json(loss));
  if (!losses.empty()) json.add("losses", std::move(losses).end());
  return std::move(json).end();
}

}  // namespace vitald
