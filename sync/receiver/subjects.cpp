#include "sync/receiver/subjects.hpp"

#include <algorithm>

namespace vitald {
namespace {

// In the order of kSql.
enum Sql : std::size_t { kDevice, kEnd, kOverlaps, kAdd };

constexpr const char* kSql[] = {
    "SELECT id FROM device WHERE name = $1",
    "UPDATE binding SET to_utc_us = $1 WHERE device = $2 AND sensor = $3 AND to_utc_us = 9223372036854775807 AND "
    "from_utc_us < $1 AND erased_utc_us IS NULL",
    "SELECT count(*) FROM binding WHERE device = $1 AND sensor = $2 AND from_utc_us < $3 AND to_utc_us > $4 AND "
    "erased_utc_us IS NULL",
    "INSERT INTO binding (device, sensor, subject, from_utc_us, to_utc_us) VALUES ($1, $2, $3, $4, $5)",
};

constexpr const char* kBindings =
    "SELECT device.name, sensor, subject, from_utc_us, to_utc_us FROM binding JOIN device ON device.id = "
    "binding.device "
    "WHERE erased_utc_us IS NULL AND ($1 = '' OR subject = $1) ORDER BY device.name, sensor, from_utc_us";

Result<void> write(sql::Database& database, const Binding& b) {
  auto statements = prepare_all(database, kSql);
  if (!statements) return statements.error();
  auto& all = *statements;
  const auto device = optional_integer(all[kDevice].query(Text{b.device}));
  if (!device) return device.error();
  if (!*device) return Error(Code::not_found, "no device " + b.device + " is known");
  const std::int64_t from = us(b.from), to = us(b.to);
  if (const auto ended = all[kEnd].execute(from, **device, Text{b.sensor}); !ended) return ended;
  const auto overlaps = integer(all[kOverlaps].query(**device, Text{b.sensor}, to, from));
  if (!overlaps) return overlaps.error();
  if (*overlaps > 0) return Error(Code::invalid, "sensor " + b.sensor + " is bound already in a part of that time");
  return all[kAdd].execute(**device, Text{b.sensor}, Text{b.subject}, from, to);
}

}  // namespace

Result<void> bind(ReceiverStore& store, const Binding& binding) {
  if (binding.from >= binding.to) return Error(Code::invalid, "the binding ends before it begins");
  auto transaction = sql::Transaction::begin(store.database());
  if (!transaction) return transaction.error();
  if (const auto written = write(store.database(), binding); !written) return written;
  return transaction->commit();
}

Result<std::vector<Binding>> bindings(sql::Database& database, const std::string& subject) {
  auto select = database.prepare(kBindings);
  if (!select) return select.error();
  std::vector<Binding> all;
  sql::Rows rows = select->query(Text{subject});
  for (;;) {
    const auto row = rows.next();
    if (!row) return row.error();
    if (!*row) return all;
    all.push_back({std::string(rows.bytes(0)), std::string(rows.bytes(1)), std::string(rows.bytes(2)),
                   utc_time(rows.integer(3)), utc_time(rows.integer(4))});
  }
}

Result<Subjects> Subjects::read(sql::Database& database, std::string pattern) {
  auto all = bindings(database);
  if (!all) return all.error();
  Subjects subjects(std::move(pattern));
  for (Binding& binding : *all) {
    const std::pair key(binding.device, binding.sensor);
    subjects.bound_[key].push_back(std::move(binding));
  }
  return subjects;
}

std::string Subjects::of(const Series& series, std::optional<UtcTime> time) const {
  const auto bound = bound_.find({series.device, series.sensor});
  if (bound != bound_.end() && time)
    for (const Binding& binding : bound->second)
      if (binding.from <= *time && *time < binding.to) return binding.subject;
  const auto replaced = [](std::string text, std::string_view placeholder, std::string_view with) {
    for (auto at = text.find(placeholder); at != text.npos; at = text.find(placeholder, at + with.size()))
      text.replace(at, placeholder.size(), with);
    return text;
  };
  return replaced(replaced(pattern_, "{device}", series.device), "{sensor}", series.sensor);
}

bool Subjects::may_be_of(const Series& series, const std::string& subject) const {
  if (same_subject(of(series, std::nullopt), subject)) return true;
  const auto bound = bound_.find({series.device, series.sensor});
  return bound != bound_.end() && std::ranges::any_of(bound->second, [&](const Binding& binding) {
           return same_subject(binding.subject, subject);
         });
}

bool same_subject(const std::string& reference, const std::string& asked) {
  return !asked.empty() && (reference == asked || reference.ends_with("/" + asked));
}

}  // namespace vitald
