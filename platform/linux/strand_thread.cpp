#include "platform/linux/strand_thread.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace vitald {

asio::awaitable<void> call_on(StrandThread& thread, std::function<void()> fn) {
  auto uncancelled = asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable);
  auto call = [&fn]() -> asio::awaitable<void> {
    fn();
    co_return;
  };
  co_await asio::co_spawn(thread.executor(), call(), std::move(uncancelled));
}

}  // namespace vitald
