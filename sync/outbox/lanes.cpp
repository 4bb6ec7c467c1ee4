#include "sync/outbox/lanes.hpp"

#include <limits>

namespace vitald {

Result<std::optional<Candidate>> Lanes::next(Store& store, Lane lane) {
  if (lane == Lane::alarm) return oldest(store, Class::alarm);
  const bool live = lane == Lane::live;
  Result<std::optional<Candidate>> vital = live ? newest(store, Class::vital) : oldest(store, Class::vital);
  if (!vital) return vital;
  Result<std::optional<Candidate>> waveform = live ? newest(store, Class::waveform) : oldest(store, Class::waveform);
  if (!waveform || !*vital) return waveform;
  if (!*waveform) return vital;
  return ((*vital)->position > (*waveform)->position) == live ? vital : waveform;
}

void Lanes::took(const Candidate& candidate) { taken(candidate.class_).mark(candidate.position, candidate.position); }

void Lanes::rewind() {
  for (Taken& taken : taken_) taken.clear();
}

// Upwards from the lowest row, over what is settled or taken. What was passed joins the interval it led to.
Result<std::optional<Candidate>> Lanes::oldest(Store& store, Class class_) {
  if (!wanted(class_)) return std::optional<Candidate>();
  std::optional<Range> passed;
  for (Position from = 0;;) {
    const Result<std::optional<Position>> row = store.rows(class_).first_from(from);
    if (!row) return row.error();
    if (!*row) return std::optional<Candidate>();
    const std::optional<Range> interval = taken(class_).around(**row);
    const std::optional<Range> settled = interval ? std::nullopt : store.settled().around(**row);
    if (!interval && !settled) return std::optional(Candidate{class_, **row});
    if (interval && passed) taken(class_).mark(passed->first, interval->last);
    if (interval) passed = taken(class_).around(**row);
    from = (interval ? *interval : *settled).last + 1;
  }
}

// The same downwards from the highest.
Result<std::optional<Candidate>> Lanes::newest(Store& store, Class class_) {
  if (!wanted(class_)) return std::optional<Candidate>();
  std::optional<Range> passed;
  for (Position from = std::numeric_limits<std::int64_t>::max();;) {
    const Result<std::optional<Position>> row = store.rows(class_).last_to(from);
    if (!row) return row.error();
    if (!*row) return std::optional<Candidate>();
    const std::optional<Range> interval = taken(class_).around(**row);
    const std::optional<Range> settled = interval ? std::nullopt : store.settled().around(**row);
    if (!interval && !settled) return std::optional(Candidate{class_, **row});
    if (interval && passed) taken(class_).mark(interval->first, passed->last);
    if (interval) passed = taken(class_).around(**row);
    const Position lowest = (interval ? *interval : *settled).first;
    if (lowest == 0) return std::optional<Candidate>();
    from = lowest - 1;
  }
}

}  // namespace vitald
