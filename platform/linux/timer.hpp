#pragma once

// Waiting on the boot clock: it goes on in suspend and is never set, so a deadline means what it says.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "platform/linux/clock.hpp"

namespace vitald {

namespace asio = boost::asio;

// BootClock with a now(), as Asio wants it.
struct LinuxBootClock : BootClock {
  static time_point now() { return boot_now(); }
};

using BootTimer = asio::basic_waitable_timer<LinuxBootClock>;

inline asio::awaitable<void> sleep_until(BootTime time) {
  BootTimer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

inline asio::awaitable<void> sleep_for(Microseconds span) { return sleep_until(boot_now() + span); }

// For `(operation || deadline(5s))`.
inline asio::awaitable<void> deadline(Microseconds span) { return sleep_for(span); }

}  // namespace vitald
