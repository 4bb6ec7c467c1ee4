#include "drivers/evdev/key_events.hpp"

#include <linux/input.h>

#include <cstring>

namespace vitald::evdev {

std::size_t event_size() { return sizeof(input_event); }

Events decode_events(std::span<const std::uint8_t> bytes) {
  constexpr int kReleased = 0, kPressed = 1;
  Events events;
  for (; bytes.size() >= sizeof(input_event); bytes = bytes.subspan(sizeof(input_event))) {
    input_event event;
    std::memcpy(&event, bytes.data(), sizeof event);
    if (event.type == EV_SYN && event.code == SYN_DROPPED) {
      events.dropped = true;
      events.keys.clear();
    }
    if (event.type == EV_KEY && (event.value == kReleased || event.value == kPressed))
      events.keys.push_back({event.code, event.value == kPressed});
  }
  return events;
}

}  // namespace vitald::evdev
