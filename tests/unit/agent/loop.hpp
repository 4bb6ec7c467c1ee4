#pragma once

// Runs a coroutine on a loop of its own until it ends; a test that hangs ends after 20 s with a failure.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <stdexcept>

namespace vitald::test {

inline void run(boost::asio::io_context& loop, boost::asio::awaitable<void> test) {
  std::exception_ptr failure;
  bool ended = false;
  boost::asio::co_spawn(loop, std::move(test), [&](std::exception_ptr e) {
    failure = e;
    ended = true;
    loop.stop();
  });
  loop.restart();
  loop.run_for(std::chrono::seconds(20));
  if (!ended) throw std::runtime_error("the test did not end within 20 s");
  if (failure) std::rethrow_exception(failure);
}

}  // namespace vitald::test
