#pragma once

// Waiting for another coroutine of the same loop: `while (!done) co_await condition.wait();`

#include <boost/asio/any_io_executor.hpp>

#include "platform/linux/timer.hpp"

namespace vitald {

class Condition {
 public:
  explicit Condition(asio::any_io_executor loop) : timer_(std::move(loop)) {}

  // Wakes all who wait now.
  void notify() { timer_.cancel(); }

  // Until notify(). May also return early: look at the condition again.
  asio::awaitable<void> wait() { return wait_until(BootTime::max()); }
  // Until notify() or that instant. One condition has one instant: all who wait on it at a time give the same.
  asio::awaitable<void> wait_until(BootTime time);

 private:
  BootTimer timer_;
};

}  // namespace vitald
