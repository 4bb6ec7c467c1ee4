#pragma once

// What a search for Observations asks for.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "sync/receiver/export_sink.hpp"

namespace vitald {

// Where a page ended: the last row that was looked at.
struct PageEnd {
  std::int64_t series = 0, boot = 0, in_columns = 0, boot_us = 0, batch = 0, position = 0;
  friend auto operator<=>(const PageEnd&, const PageEnd&) = default;

  std::string text() const;
  static std::optional<PageEnd> parse(std::string_view text);
};

// from <= time < to
struct TimeSpan {
  std::optional<UtcTime> from, to;
  void after(UtcTime time) { from = from ? std::max(*from, time) : time; }
  void before(UtcTime time) { to = to ? std::min(*to, time) : time; }
  bool limited() const { return from || to; }
  bool contains(UtcTime time) const { return (!from || time >= *from) && (!to || time < *to); }
};

struct ObservationQuery {
  std::vector<std::string> codes, devices, subjects, ids;  // one of each, unless there is none
  TimeSpan date, updated;
  std::size_t count = 50;
  std::optional<PageEnd> after;

  // invalid: a parameter that is not known, or a value that is wrong; the sentence says which.
  static Result<ObservationQuery> parse(const std::vector<std::pair<std::string, std::string>>& parameters);
};

constexpr std::size_t kMostInPage = 1000;

// "ge2026-01-02T03:04Z" and the like narrow the span.
Result<void> narrow(TimeSpan& span, std::string_view value);

// One of "8867-4", "http://loinc.org|8867-4", "|x", "urn:iso:std:iso:11073:10101|147842", our metric's key.
bool has_code(const Series& series, const std::string& token);

}  // namespace vitald
