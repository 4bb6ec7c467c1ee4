#pragma once

// How instants of one boot become UTC: by anchors, pairs of (boot clock, UTC) taken when the clock was trusted.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "platform/model/instant.hpp"

namespace vitald {

// What said that the UTC of an anchor is right. The numbers are part of the wire contract.
enum class ClockSource : std::uint8_t { none = 0, kernel = 1, rtc = 2, operator_ = 3 };

std::string_view name(ClockSource source);

struct Anchor {
  BootTime boot_time;
  UtcTime utc;
  Microseconds uncertainty{0};  // 1 sigma or the kernel's estimate
  ClockSource source = ClockSource::none;
  friend bool operator==(const Anchor&, const Anchor&) = default;
};

class Timeline {
 public:
  struct Utc {
    UtcTime time;
    Microseconds uncertainty;  // the anchor's, plus 100 ppm of the distance to it
  };

  // Anchors may come in any order; at most kMaxAnchors are kept, evenly thinned.
  void add(const Anchor& anchor);
  // Between two anchors interpolated, outside extended from the nearest at the nominal rate; nothing without an anchor.
  // Anchors that contradict surer ones, as where the clock was set, do not count. A later instant never gets an earlier
  // time.
  std::optional<Utc> utc(BootTime time) const;
  // The one with the smallest uncertainty, the newer of equals.
  std::optional<Anchor> best() const;
  const std::vector<Anchor>& anchors() const { return anchors_; }

  static constexpr std::size_t kMaxAnchors = 1024;  // six weeks, one an hour

 private:
  void thin();
  void draw_line();

  std::vector<Anchor> anchors_, line_;  // by boot_time; line_: those that count
};

}  // namespace vitald
