#pragma once

// How many bytes a day each class may put on the wire. A day is 24 hours of the boot clock; what was used of it
// survives a restart: the file holds, ahead of the use, what may be used before it is written again, so that a kill
// wastes a little and never overdraws.
//
// Bytes are counted at the socket. A message is charged to its classes when it is published; what the socket shows
// beyond that (TLS, MQTT, repetitions, keep-alive) is charged in the same proportion as soon as it is known.
//
// On the loop, but for keep(): storage strand.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "platform/model/instant.hpp"
#include "platform/model/metric.hpp"
#include "platform/model/result.hpp"

namespace vitald {

// In the order of Class.
using BytesByClass = std::array<std::uint64_t, 3>;

class DayBudget {
 public:
  // limits: bytes a day; 0 = none. file: "" = not kept.
  DayBudget(BytesByClass limits, std::string file, BootTime now);

  bool limited() const { return limits_ != BytesByClass{}; }
  // What is left for each class now.
  std::array<bool, 3> open(BootTime now);

  void begin_link();
  void published(const BytesByClass& payload);
  // wire: what went over this link's socket so far.
  void measured(std::uint64_t wire);

  const BytesByClass& used() const { return used_; }
  const BytesByClass& limits() const { return limits_; }
  BootTime day_end() const { return day_begin_ + kDay; }

  // What the file should hold, when the use has reached what it allows or it is an hour old. Write it with keep().
  std::optional<std::string> to_keep(BootTime now);
  Result<void> keep(const std::string& record) const;

 private:
  static constexpr Microseconds kDay = std::chrono::hours(24);
  void roll(BootTime now);
  void load(BootTime now);
  std::uint64_t ahead(std::size_t class_) const;
  std::string text(BootTime now) const;

  BytesByClass limits_;
  std::string file_;
  BootTime day_begin_, kept_at_;
  BytesByClass used_{}, allowed_{};  // allowed_: as the file says
  BytesByClass link_{};              // published on this link
  std::uint64_t overhead_ = 0;       // of this link, charged
};

}  // namespace vitald
