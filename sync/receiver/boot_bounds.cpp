#include "sync/receiver/boot_bounds.hpp"

#include <algorithm>

namespace vitald {
namespace {

constexpr const char* kAnchors =
    "SELECT anchor.boot, boot_us, utc_us, uncertainty_us, source FROM anchor JOIN boot ON boot.id = anchor.boot "
    "WHERE boot.device = $1";

// A batch came after its last reading was measured: the boot began no later than that.
constexpr const char* kBatches =
    "SELECT batch.boot, min(first_us), max(last_us), min(received_utc_us - last_us), min(coalesce(rank, 0)) FROM batch "
    "LEFT JOIN inventory ON inventory.device = batch.device AND inventory.epoch = batch.epoch "
    "WHERE batch.device = $1 AND first_us IS NOT NULL GROUP BY batch.boot";

struct Ranked {
  std::int64_t boot = 0, rank = 0;  // 0: not known
};

UtcTime minimum(const std::optional<UtcTime>& a, UtcTime b) { return a ? std::min(*a, b) : b; }

std::optional<UtcTime> utc(const BootSpan& span, BootTime time) {
  const auto known = span.timeline.utc(time);
  return known ? std::optional(known->time) : std::nullopt;
}

// Of the boots in their order, those without anchors by the nearest on both sides that have one.
void bound_by_neighbours(std::vector<Ranked> order, std::map<std::int64_t, BootSpan>& spans) {
  std::erase_if(order, [](const Ranked& ranked) { return ranked.rank == 0; });
  std::ranges::sort(order, {}, &Ranked::rank);
  std::optional<UtcTime> before;
  for (const Ranked& ranked : order) {
    BootSpan& span = spans[ranked.boot];
    if (span.synchronised())
      before = utc(span, *span.last);
    else
      span.not_before = before;
  }
  std::optional<UtcTime> after;
  for (auto ranked = order.rbegin(); ranked != order.rend(); ++ranked) {
    BootSpan& span = spans[ranked->boot];
    if (span.synchronised()) {
      after = utc(span, BootTime());
    } else if (after) {
      span.start_by = minimum(span.start_by, *after - (*span.last - BootTime()));
    }
  }
}

}  // namespace

std::optional<UtcTime> BootSpan::earliest(BootTime time) const {
  if (synchronised()) return utc(*this, time);
  return not_before ? std::optional(*not_before + (time - first.value_or(time))) : std::nullopt;
}

std::optional<UtcTime> BootSpan::latest(BootTime time) const {
  if (synchronised()) return utc(*this, time);
  return start_by ? std::optional(*start_by + (time - BootTime())) : std::nullopt;
}

Result<std::map<std::int64_t, BootSpan>> boot_spans(sql::Database& database, std::int64_t device) {
  std::map<std::int64_t, BootSpan> spans;
  auto anchors = database.prepare(kAnchors);
  if (!anchors) return anchors.error();
  sql::Rows rows = anchors->query(device);
  for (auto row = rows.next(); !row || *row; row = rows.next()) {
    if (!row) return row.error();
    spans[rows.integer(0)].timeline.add({boot_time(rows.integer(1)), utc_time(rows.integer(2)),
                                         Microseconds(rows.integer(3)), static_cast<ClockSource>(rows.integer(4))});
  }
  auto batches = database.prepare(kBatches);
  if (!batches) return batches.error();
  std::vector<Ranked> order;
  sql::Rows counted = batches->query(device);
  for (auto row = counted.next(); !row || *row; row = counted.next()) {
    if (!row) return row.error();
    BootSpan& span = spans[counted.integer(0)];
    span.first = boot_time(counted.integer(1));
    span.last = boot_time(counted.integer(2));
    span.start_by = utc_time(counted.integer(3));
    order.push_back({counted.integer(0), counted.integer(4)});
  }
  bound_by_neighbours(std::move(order), spans);
  return spans;
}

}  // namespace vitald
