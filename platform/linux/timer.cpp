#include "platform/linux/timer.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace vitald {

asio::awaitable<void> sleep_until(BootTime time) {
  BootTimer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> sleep_for(Microseconds span) { return sleep_until(boot_now() + span); }

}  // namespace vitald
