#pragma once

// A thread for blocking work: `co_await run_on(storage, fn)` runs fn there and comes back to the loop with its result.
// What a strand thread owns (the store's connection) is touched by no other thread.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <type_traits>
#include <utility>

namespace vitald {

namespace asio = boost::asio;

class StrandThread {
 public:
  StrandThread() : pool_(1) {}
  ~StrandThread() { pool_.join(); }  // what was posted is finished first
  StrandThread(const StrandThread&) = delete;
  StrandThread& operator=(const StrandThread&) = delete;

  auto executor() { return pool_.get_executor(); }

 private:
  asio::thread_pool pool_;
};

// fn must not throw. The coroutine resumes on its own executor; what fn refers to must live until then. fn always runs
// to its end: a cancellation takes effect after it (Asio would hand it to the other thread, where it may find the call
// gone).
template <class F>
asio::awaitable<std::invoke_result_t<F&>> run_on(StrandThread& thread, F fn) {
  using Value = std::invoke_result_t<F&>;
  auto uncancelled = asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable);
  if constexpr (std::is_void_v<Value>) {
    auto call = [&fn]() -> asio::awaitable<void> { co_return fn(); };
    co_await asio::co_spawn(thread.executor(), call(), std::move(uncancelled));
  } else {  // co_spawn wants a value that has a default; Result has none
    auto call = [&fn]() -> asio::awaitable<std::optional<Value>> { co_return fn(); };
    auto value = co_await asio::co_spawn(thread.executor(), call(), std::move(uncancelled));
    co_return std::move(*value);
  }
}

}  // namespace vitald
