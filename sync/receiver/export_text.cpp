#include "sync/receiver/export_text.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>

namespace vitald {
namespace {

constexpr std::size_t kWriteBytes = 256 << 10;
constexpr std::string_view kHex = "0123456789abcdef";

// Zero-padded; value must fit.
void append_digits(std::string& out, unsigned value, std::size_t digits) {
  const std::size_t at = out.size();
  out.append(digits, '0');
  for (std::size_t i = digits; i > 0; --i, value /= 10) out[at + i - 1] = static_cast<char>('0' + value % 10);
}

template <class T>
void append_integer(std::string& out, T value) {
  std::array<char, 24> digits{};
  const auto [end, errc] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), errc == std::errc() ? end : digits.data());
}

// Takes exactly so many digits off the front; -1 when there are none.
int take_digits(std::string_view& text, std::size_t digits) {
  int value = -1;
  if (text.size() < digits) return -1;
  const auto [end, errc] = std::from_chars(text.data(), text.data() + digits, value);
  if (errc != std::errc() || end != text.data() + digits || value < 0) return -1;
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text[0] != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::sys_days> take_day(std::string_view& text) {
  const int year = take_digits(text, 4);
  const int month = take(text, '-') ? take_digits(text, 2) : -1;
  const int day = take(text, '-') ? take_digits(text, 2) : -1;
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return date.ok() ? std::optional(std::chrono::sys_days(date)) : std::nullopt;
}

// ".678" and ".678901"; nothing = 0.
std::optional<Microseconds> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return Microseconds(0);
  std::int64_t us = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && digits < 6 && text[digits] >= '0' && text[digits] <= '9'; ++digits)
    us = us * 10 + (text[digits] - '0');
  text.remove_prefix(digits);
  if (digits == 0) return std::nullopt;
  for (; digits < 6; ++digits) us *= 10;
  return Microseconds(us);
}

std::optional<Microseconds> take_time_of_day(std::string_view& text) {
  const int hour = take_digits(text, 2);
  const int minute = take(text, ':') ? take_digits(text, 2) : -1;
  const int second = take(text, ':') ? take_digits(text, 2) : -1;
  const auto fraction = take_fraction(text);
  const bool ok = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60 && fraction;
  if (!ok || !take(text, 'Z')) return std::nullopt;
  return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) + *fraction;
}

}  // namespace

void append_utc(std::string& out, UtcTime time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss<Microseconds> clock(time - days);
  append_digits(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  append_digits(out += '-', static_cast<unsigned>(date.month()), 2);
  append_digits(out += '-', static_cast<unsigned>(date.day()), 2);
  append_digits(out += 'T', static_cast<unsigned>(clock.hours().count()), 2);
  append_digits(out += ':', static_cast<unsigned>(clock.minutes().count()), 2);
  append_digits(out += ':', static_cast<unsigned>(clock.seconds().count()), 2);
  const auto us = static_cast<unsigned>(clock.subseconds().count());
  const bool whole_ms = us % 1000 == 0;
  append_digits(out += '.', whole_ms ? us / 1000 : us, whole_ms ? 3 : 6);
  out += 'Z';
}

Result<UtcTime> parse_utc(std::string_view text) {
  std::string_view rest = text;
  const auto day = take_day(rest);
  const auto time = rest.empty() ? Microseconds(0) : take(rest, 'T') ? take_time_of_day(rest) : std::nullopt;
  if (!day || !time || !rest.empty())
    return Error(Code::invalid, "'" + std::string(text) + "' is no UTC time such as 2026-01-02T03:04:05Z");
  return UtcTime(*day + *time);
}

void append_hex(std::string& out, std::uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4) out += kHex[(value >> shift) & 15];
}

void append_hex(std::string& out, const BootId& boot) {
  for (const std::uint8_t byte : boot) (out += kHex[byte >> 4]) += kHex[byte & 15];
}

void append_number(std::string& out, std::int64_t value) { append_integer(out, value); }
void append_number(std::string& out, std::uint64_t value) { append_integer(out, value); }

std::vector<std::string_view> quality_names(Quality quality) {
  constexpr std::string_view kNames[] = {"questionable", "invalid",     "out_of_range",  "sensor_off", "motion",
                                         "weak_signal",  "calibrating", "clock_not_set", "test",       "derived"};
  static_assert((1u << std::size(kNames)) - 1 == quality::kAll);
  std::vector<std::string_view> names;
  for (std::size_t bit = 0; bit < std::size(kNames); ++bit)
    if (quality >> bit & 1u) names.push_back(kNames[bit]);
  return names;
}

void TextOutput::line() {
  text_ += '\n';
  if (file_ && text_.size() >= kWriteBytes) write();
}

Result<void> TextOutput::finish() {
  write();
  if (error_ == 0 && std::fflush(file_) != 0) error_ = errno;
  if (error_ != 0) return Error(Code::io, std::string("writing the export: ") + std::strerror(error_));
  return {};
}

void TextOutput::write() {
  if (error_ == 0 && std::fwrite(text_.data(), 1, text_.size(), file_) != text_.size()) error_ = errno;
  text_.clear();
}

}  // namespace vitald
