#include "drivers/contact/contact.hpp"

#include <algorithm>

namespace vitald::contact {

using namespace std::chrono_literals;

void Contact::level(bool active, BootTime now) {
  if (raw_ == active) return;
  raw_ = active;
  raw_since_ = now;
}

std::vector<Event> Contact::events(BootTime now) {
  std::vector<Event> events;
  if (raw_ && raw_ != said_ && now >= raw_since_ + rules_.debounce) {
    said_ = raw_;
    said_at_ = now;
    if (*said_) active_since_ = raw_since_;
    stuck_ = false;
    events.push_back({*said_, raw_since_});
  } else if (said_ == true && rules_.repeat.count() > 0 && now >= said_at_ + rules_.repeat) {
    events.push_back(repetition(now));
  }
  return events;
}

Event Contact::repetition(BootTime now) {
  said_at_ = now;
  const bool stuck = rules_.stuck.count() > 0 && now >= active_since_ + rules_.stuck;
  const bool became_stuck = stuck && !stuck_;
  stuck_ = stuck;
  return {true, now, stuck ? quality::kQuestionable : quality::kGood, became_stuck};
}

std::optional<BootTime> Contact::due() const {
  if (raw_ && raw_ != said_) return raw_since_ + rules_.debounce;
  if (said_ == true && rules_.repeat.count() > 0) return said_at_ + rules_.repeat;
  return {};
}

void declare(config::Declaration& d, Rules& rules) {
  d.duration("debounce_ms", rules.debounce, {0ms, 10s}, "A level counts once it has lasted so long.");
  d.duration("repeat_s", rules.repeat, {0s, 24h}, "While it is held, it is recorded again so often; 0 = once.");
  d.duration("stuck_after_s", rules.stuck, {0s, 24h * 31},
             "Held for so long it is stuck: logged, and recorded as questionable from then on; 0 = never.");
}

}  // namespace vitald::contact
