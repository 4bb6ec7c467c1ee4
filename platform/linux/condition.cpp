#include "platform/linux/condition.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace vitald {

asio::awaitable<void> Condition::wait_until(BootTime time) {
  if (timer_.expiry() != time) timer_.expires_at(time);
  co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace vitald
