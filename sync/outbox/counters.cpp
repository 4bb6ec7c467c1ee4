#include "sync/outbox/counters.hpp"

namespace vitald {
namespace {

constexpr std::int64_t kLeft = 0;
constexpr std::int64_t kClasses16 = 16;

}  // namespace

Result<Counters> Counters::open(Database& database) {
  Result<Statement> load = database.prepare("SELECT name, value FROM counter");
  if (!load) return load.error();
  Result<Statement> put = database.prepare("INSERT OR REPLACE INTO counter VALUES(?, ?)");
  if (!put) return put.error();
  return Counters(std::move(*load), std::move(*put));
}

Result<void> Counters::load() {
  values_.clear();
  changed_.clear();
  Rows rows = load_.query();
  for (;;) {
    const Result<bool> more = rows.next();
    if (!more) return more.error();
    if (!*more) return {};
    values_[rows.integer(0)] = static_cast<std::uint64_t>(rows.integer(1));
  }
}

Result<void> Counters::save() {
  for (const std::int64_t name : changed_) {
    const Result<void> written = put_.execute(name, values_[name]);
    if (!written) return written;
  }
  changed_.clear();
  return {};
}

void Counters::add(std::int64_t name, std::uint64_t value) {
  if (value == 0) return;
  values_[name] += value;
  changed_.insert(name);
}

void Counters::add_lost(LossReason reason, Class class_, std::uint64_t readings) {
  add(static_cast<std::int64_t>(reason) * kClasses16 + static_cast<std::int64_t>(class_), readings);
}

void Counters::add_left(std::uint64_t readings) { add(kLeft, readings); }

std::vector<OutboxStats::LossCount> Counters::lost() const {
  std::vector<OutboxStats::LossCount> counts;
  for (const auto& [name, value] : values_) {
    if (name == kLeft) continue;
    counts.push_back({static_cast<LossReason>(name / kClasses16), static_cast<Class>(name % kClasses16), value});
  }
  return counts;
}

std::uint64_t Counters::left() const {
  const auto found = values_.find(kLeft);
  return found == values_.end() ? 0 : found->second;
}

}  // namespace vitald
