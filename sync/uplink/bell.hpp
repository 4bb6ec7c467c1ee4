#pragma once

// One coroutine waits, others ring. A ring while nobody waits is kept: nothing is missed between looking and waiting.
// All on the loop's thread.

#include <boost/asio/as_tuple.hpp>

#include "platform/linux/timer.hpp"

namespace vitald {

class Bell {
 public:
  explicit Bell(asio::any_io_executor loop) : timer_(std::move(loop)) {}

  void ring() {
    rung_ = true;
    timer_.cancel();
  }

  // Until rung; true. Or until that instant; false.
  asio::awaitable<bool> wait_until(BootTime time) {
    if (!rung_) {
      timer_.expires_at(time);
      // Rung and cancelled look alike here: a cancelled coroutine ends at its next wait.
      co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    co_return std::exchange(rung_, false);
  }

 private:
  BootTimer timer_;
  bool rung_ = false;
};

}  // namespace vitald
