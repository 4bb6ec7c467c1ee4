#include "platform/model/timeline.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace vitald {
namespace {

constexpr std::int64_t kDriftPpm = 100;  // a crystal's worst case, on top of the anchor's own uncertainty

Microseconds drift(Microseconds distance) { return Microseconds(std::abs(distance.count()) * kDriftPpm / 1'000'000); }

Timeline::Utc extend(const Anchor& anchor, BootTime time) {
  const Microseconds distance = time - anchor.boot_time;
  return {anchor.utc + distance, anchor.uncertainty + drift(distance)};
}

// On the line between two anchors; as uncertain as the nearer of them says.
Timeline::Utc between(const Anchor& a, const Anchor& b, BootTime time) {
  const auto boot_span = static_cast<double>((b.boot_time - a.boot_time).count());
  const auto utc_span = static_cast<double>((b.utc - a.utc).count());
  const auto part = static_cast<double>((time - a.boot_time).count());
  const Microseconds offset(std::llround(part * utc_span / boot_span));
  return {a.utc + offset, std::min(extend(a, time).uncertainty, extend(b, time).uncertainty)};
}

// Apart by more than any crystal drifts: the clock was set. Then there is no line between the anchors.
bool was_set(const Anchor& a, const Anchor& b) {
  const Microseconds boot_span = b.boot_time - a.boot_time, apart = (b.utc - a.utc) - boot_span;
  return std::chrono::abs(apart) > a.uncertainty + b.uncertainty + boot_span / 50 + std::chrono::minutes(1);
}

// Two anchors that cannot both be right, or of which one says nothing that the other does not say more surely.
bool conflict(const Anchor& a, const Anchor& b) {
  const Microseconds boot_span = b.boot_time - a.boot_time, utc_span = b.utc - a.utc;
  const bool is_torn = utc_span < boot_span / 2 || utc_span > boot_span * 2;
  const Microseconds between = drift(boot_span);
  return is_torn || was_set(a, b) || a.uncertainty + between < b.uncertainty || b.uncertainty + between < a.uncertainty;
}

}  // namespace

std::string_view name(ClockSource source) {
  constexpr std::string_view kNames[] = {"none", "kernel", "rtc", "operator"};
  return kNames[static_cast<int>(source)];
}

void Timeline::add(const Anchor& anchor) {
  const auto before = [](const Anchor& a, const Anchor& b) { return a.boot_time < b.boot_time; };
  const auto at = std::lower_bound(anchors_.begin(), anchors_.end(), anchor, before);
  if (at != anchors_.end() && at->boot_time == anchor.boot_time) {
    *at = anchor;
  } else {
    anchors_.insert(at, anchor);
  }
  if (anchors_.size() > kMaxAnchors) thin();
  draw_line();
}

void Timeline::thin() {
  std::vector<Anchor> thinned;  // every second one, and always the newest
  for (std::size_t i = 0; i + 1 < anchors_.size(); i += 2) thinned.push_back(anchors_[i]);
  thinned.push_back(anchors_.back());
  anchors_ = std::move(thinned);
}

// Of two in conflict the surer stays, the newer of equals. So the line never runs backwards.
void Timeline::draw_line() {
  line_.clear();
  for (const Anchor& anchor : anchors_) {
    while (!line_.empty() && conflict(line_.back(), anchor) && anchor.uncertainty <= line_.back().uncertainty)
      line_.pop_back();
    if (line_.empty() || !conflict(line_.back(), anchor)) line_.push_back(anchor);
  }
}

std::optional<Timeline::Utc> Timeline::utc(BootTime time) const {
  if (line_.empty()) return std::nullopt;
  const auto before = [](const Anchor& a, BootTime wanted) { return a.boot_time < wanted; };
  const auto after = std::lower_bound(line_.begin(), line_.end(), time, before);
  if (after == line_.begin()) return extend(*after, time);
  if (after == line_.end()) return extend(line_.back(), time);
  return between(*std::prev(after), *after, time);
}

std::optional<Anchor> Timeline::best() const {
  const auto better = [](const Anchor& a, const Anchor& b) { return a.uncertainty <= b.uncertainty; };
  std::optional<Anchor> best;
  for (const Anchor& anchor : anchors_)
    if (!best || better(anchor, *best)) best = anchor;
  return best;
}

}  // namespace vitald
