#include "sync/receiver/fhir_query.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "platform/model/metric.hpp"
#include "sync/receiver/panel.hpp"

namespace vitald {
namespace {

using namespace std::chrono;

Error invalid(std::string sentence) { return {Code::invalid, std::move(sentence)}; }

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

// Reads a FHIR date from its front; each take() is one part.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : rest_(text) {}

  // n digits behind `before` (0 = nothing before them).
  std::optional<int> take(char before, std::size_t digits) {
    const std::size_t skip = before == 0 ? 0 : 1;
    if (rest_.size() < digits + skip || (skip && rest_[0] != before)) return std::nullopt;
    int number = 0;
    const char* first = rest_.data() + skip;
    if (std::from_chars(first, first + digits, number).ptr != first + digits) return std::nullopt;
    rest_.remove_prefix(digits + skip);
    return number;
  }
  // ".123456"
  std::int64_t fraction_us() {
    std::int64_t us = 0, weight = 100'000;
    if (!rest_.starts_with('.')) return 0;
    for (rest_.remove_prefix(1); !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; rest_.remove_prefix(1)) {
      us += weight * (rest_[0] - '0');
      weight /= 10;
    }
    return us;
  }
  // Minutes east of UTC: "Z", "+02:00", or nothing. nullopt: something else.
  std::optional<int> zone() {
    if (rest_.empty() || rest_ == "Z") return 0;
    const char sign = rest_[0] == ' ' ? '+' : rest_[0];  // a '+' that nobody encoded
    const auto hours = take(rest_[0], 2), minutes = take(':', 2);
    if ((sign != '+' && sign != '-') || !hours || !minutes || !rest_.empty()) return std::nullopt;
    return (sign == '-' ? -1 : 1) * (*hours * 60 + *minutes);
  }

 private:
  std::string_view rest_;
};

// The instants that a date stands for: [first, end).
std::optional<std::pair<UtcTime, UtcTime>> instants(std::string_view text) {
  DateReader reader(text);
  const auto year_number = reader.take(0, 4);
  if (!year_number) return std::nullopt;
  const auto month_number = reader.take('-', 2);
  const auto day_number = month_number ? reader.take('-', 2) : std::nullopt;
  const year_month_day date{year(*year_number), month(static_cast<unsigned>(month_number.value_or(1))),
                            day(static_cast<unsigned>(day_number.value_or(1)))};
  if (!date.ok()) return std::nullopt;
  const auto hour = day_number ? reader.take('T', 2) : std::nullopt;
  const auto minute = hour ? reader.take(':', 2) : std::nullopt;
  const auto second = minute ? reader.take(':', 2) : std::nullopt;
  const std::int64_t fraction = second ? reader.fraction_us() : 0;
  const auto zone = reader.zone();
  if (!zone || (hour && !minute)) return std::nullopt;
  const UtcTime first = time_point_cast<Microseconds>(sys_days(date)) + hours(hour.value_or(0)) +
                        minutes(minute.value_or(0) - *zone) + seconds(second.value_or(0)) + Microseconds(fraction);
  if (second) return std::pair(first, first + (fraction ? Microseconds(1000) : Microseconds(1'000'000)));
  if (minute) return std::pair(first, first + minutes(1));
  if (day_number) return std::pair(first, first + hours(24));
  const year_month next = year_month(date.year(), date.month()) + (month_number ? months(1) : months(12));
  return std::pair(first, UtcTime(time_point_cast<Microseconds>(sys_days(next / 1))));
}

Result<std::size_t> count_of(const std::string& value) {
  std::size_t count = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), count);
  if (read.ec != std::errc() || read.ptr != value.data() + value.size()) return invalid("_count is no number");
  return std::clamp<std::size_t>(count, 1, kMostInPage);
}

Result<void> take(ObservationQuery& query, const std::string& name, const std::string& value) {
  if (name == "code")
    query.codes = split(value, ',');
  else if (name == "subject" || name == "patient" || name == "subject:Patient")
    query.subjects = split(value, ',');
  else if (name == "device")
    query.devices = split(value, ',');
  else if (name == "_id")
    query.ids = split(value, ',');
  else if (name == "date")
    return narrow(query.date, value);
  else if (name == "_lastUpdated")
    return narrow(query.updated, value);
  else if (name == "category")
    return {};  // all are vital signs
  else if (name == "_format" || name == "_pretty" || name == "_total")
    return {};
  else if (name == "_count") {
    const auto count = count_of(value);
    if (!count) return count.error();
    query.count = *count;
  } else if (name == "_after") {
    query.after = PageEnd::parse(value);
    if (!query.after) return invalid("_after is no page of this server");
  } else {
    return invalid("the search parameter " + name + " is not supported");
  }
  return {};
}

}  // namespace

std::string PageEnd::text() const {
  std::string text;
  for (const std::int64_t part : {series, boot, in_columns, boot_us, batch, position})
    text += (text.empty() ? "" : "-") + std::to_string(part);
  return text;
}

std::optional<PageEnd> PageEnd::parse(std::string_view text) {
  PageEnd end;
  std::int64_t* const parts[] = {&end.series, &end.boot, &end.in_columns, &end.boot_us, &end.batch, &end.position};
  const auto given = split(text, '-');
  if (given.size() != std::size(parts)) return std::nullopt;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const char* last = given[i].data() + given[i].size();
    if (std::from_chars(given[i].data(), last, *parts[i]).ptr != last || given[i].empty()) return std::nullopt;
  }
  return end;
}

Result<ObservationQuery> ObservationQuery::parse(const std::vector<std::pair<std::string, std::string>>& parameters) {
  ObservationQuery query;
  for (const auto& [name, value] : parameters)
    if (const auto taken = take(query, name, value); !taken) return taken.error();
  return query;
}

Result<void> narrow(TimeSpan& span, std::string_view value) {
  constexpr std::string_view kPrefixes[] = {"eq", "ge", "gt", "le", "lt", "sa", "eb"};
  const auto known = std::ranges::find_if(kPrefixes, [&](auto p) { return value.starts_with(p); });
  const std::string_view prefix = known == std::end(kPrefixes) ? "eq" : *known;
  const std::string_view date = known == std::end(kPrefixes) ? value : value.substr(2);
  const auto range = instants(date);
  if (!range) return invalid(std::string(value) + " is no date");
  const auto& [first, end] = *range;
  if (prefix == "eq" || prefix == "ge") span.after(first);
  if (prefix == "gt" || prefix == "sa") span.after(end);
  if (prefix == "eq" || prefix == "le") span.before(end);
  if (prefix == "lt" || prefix == "eb") span.before(first);
  return {};
}

bool has_code(const Series& series, const std::string& token) {
  const auto bar = token.find('|');
  const std::string system = bar == token.npos ? "" : token.substr(0, bar);
  const std::string code = bar == token.npos ? token : token.substr(bar + 1);
  const auto is = [&](std::string_view of_system, std::string_view with) {
    return !with.empty() && code == with && (system.empty() || system == of_system);
  };
  const auto known_as = [&](std::string_view key, std::uint32_t mdc) {
    const Metric* metric = find_metric(key);
    return (mdc != 0 && is("urn:iso:std:iso:11073:10101", std::to_string(mdc))) || is("urn:vitald:metric", key) ||
           (metric && (is("http://loinc.org", metric->loinc) || is("http://loinc.org", metric->loinc_group)));
  };
  if (!panel_position(series.metric)) return known_as(series.metric, series.mdc);
  const Metric* panel = find_metric(kPanelMetric);  // what the Observation's code says
  return panel && known_as(kPanelMetric, panel->mdc);
}

}  // namespace vitald
