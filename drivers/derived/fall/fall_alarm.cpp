#include "drivers/derived/fall/fall_alarm.hpp"

#include <utility>

namespace vitald {
namespace {

constexpr Microseconds kStandsAgain{5'000'000};  // upright for so long: not lying on the floor

}  // namespace

void FallAlarm::fell(BootTime at) {
  if (!fell_at_ && !alarm_) fell_at_ = at;
  upright_since_.reset();
}

void FallAlarm::stands(bool upright, BootTime now) {
  if (!fell_at_) return;
  if (!upright) return upright_since_.reset();
  if (!upright_since_) upright_since_ = now;
  if (now - *upright_since_ >= kStandsAgain && now - *fell_at_ < window_) fell_at_.reset();
}

std::optional<FallAlarm::Event> FallAlarm::button(BootTime now) {
  fell_at_.reset();
  if (!std::exchange(alarm_, false)) return {};
  return Event{now, false};
}

std::optional<FallAlarm::Event> FallAlarm::pass(BootTime now) {
  if (!fell_at_ || now - *fell_at_ < window_) return {};
  alarm_ = true;
  return Event{*std::exchange(fell_at_, {}), true};
}

}  // namespace vitald
