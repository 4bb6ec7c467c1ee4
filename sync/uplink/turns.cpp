#include "sync/uplink/turns.hpp"

#include <algorithm>
#include <utility>

namespace vitald {

namespace {

constexpr Microseconds kAlarmSpread = std::chrono::seconds(3);
constexpr Microseconds kAlarmPause = std::chrono::minutes(1);

}  // namespace

BootTime Turns::next(BootTime now) {
  planned_for_ = std::exchange(why_, Why::failed);
  planned_ = after(planned_for_, now);
  earliest_ = attempted_ ? *attempted_ + limits_.gap : now;
  planned_ = std::max(planned_, earliest_);
  attempted_ = planned_;
  return planned_;
}

BootTime Turns::after(Why why, BootTime now) {
  switch (why) {
    case Why::refused:
      return now + limits_.refused / 2 + up_to(limits_.refused / 2);
    case Why::drained:
      // The first pause is of any length: devices that started together must not connect together for ever.
      if (!opened_) opened_ = now - up_to(limits_.window);
      while (*opened_ <= now) *opened_ += limits_.window;
      return *opened_;
    default:
      return now + backoff_.next();
  }
}

BootTime Turns::hurried(BootTime now) {
  if (planned_for_ == Why::refused) return planned_;
  if (planned_for_ == Why::failed) {
    if (hurried_ && now - *hurried_ < kAlarmPause) return planned_;
    hurried_ = now;
    now += up_to(kAlarmSpread);
  }
  planned_ = std::min(planned_, std::max(now, earliest_));
  attempted_ = planned_;
  return planned_;
}

void Turns::connected(BootTime now) {
  attempted_ = now;
  backoff_.connected(now);
}

void Turns::lost(BootTime now) { backoff_.lost(now); }

void Turns::refused(BootTime now) {
  backoff_.lost(now);
  why_ = Why::refused;
}

void Turns::drained(BootTime now) {
  backoff_.lost(now);
  why_ = Why::drained;
}

Microseconds Turns::up_to(Microseconds span) {
  return Microseconds(std::uniform_int_distribution<std::int64_t>(0, span.count())(random_));
}

}  // namespace vitald
