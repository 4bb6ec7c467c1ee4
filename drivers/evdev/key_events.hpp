#pragma once

// The kernel's input events (linux/input.h) as they come out of /dev/input/eventN. Pure.

#include <cstdint>
#include <span>
#include <vector>

namespace vitald::evdev {

struct KeyEvent {
  std::uint16_t code = 0;
  bool pressed = false;
};

struct Events {
  std::vector<KeyEvent> keys;  // presses and releases; repetitions by the kernel are left out
  bool dropped = false;        // the kernel's buffer overran: what is pressed must be asked for
};

// Whole events; a broken one at the end is ignored.
Events decode_events(std::span<const std::uint8_t> bytes);
// Bytes of one event.
std::size_t event_size();

}  // namespace vitald::evdev
