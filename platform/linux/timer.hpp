#pragma once

// Waiting on the boot clock: it goes on in suspend and is never set, so a deadline means what it says.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>

#include "platform/linux/clock.hpp"

namespace vitald {

namespace asio = boost::asio;

// BootClock with a now(), as Asio wants it.
struct LinuxBootClock : BootClock {
  static time_point now() { return boot_now(); }
};

using BootTimer = asio::basic_waitable_timer<LinuxBootClock>;

asio::awaitable<void> sleep_until(BootTime time);
asio::awaitable<void> sleep_for(Microseconds span);

// For `(operation || deadline(5s))`.
inline asio::awaitable<void> deadline(Microseconds span) { return sleep_for(span); }

}  // namespace vitald
