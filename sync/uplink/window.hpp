#pragma once

// What may be in flight (published, not PUBACKed) at once: so many messages and bytes. One slot is kept for alarms and
// one for backfill, so that neither waits behind live data. Below Paho's own window, always: at its limit Paho stalls.
//
// Pure.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "sync/outbox/outbox.hpp"

namespace vitald {

struct WindowLimits {
  std::uint32_t messages = 16;  // already the lesser of the setting and the broker's Receive Maximum
  std::size_t bytes = 256 * 1024;
};

class Window {
 public:
  explicit Window(WindowLimits limits) : limits_(limits) {}

  // May a message of that size leave on that lane now?
  bool room(Lane lane, std::size_t bytes) const;
  // Is there a slot at all: is it worth asking the outbox?
  bool slot(Lane lane) const;

  void sent(Lane lane, std::size_t bytes, BootTime now);
  void acknowledged(Lane lane, std::size_t bytes, BootTime now);

  std::uint32_t messages() const { return messages_; }
  std::size_t bytes() const { return bytes_; }
  // When something was last acknowledged, or the first message left an empty window: how long the broker has been
  // silent.
  BootTime progress() const { return progress_; }

 private:
  WindowLimits limits_;
  std::uint32_t messages_ = 0, backfill_ = 0;  // in flight; of these on the backfill lane
  std::size_t bytes_ = 0;
  BootTime progress_;
};

}  // namespace vitald
