#pragma once

// A thread for blocking work: `co_await run_on(storage, fn)` runs fn there and comes back to the loop with its result.
// What a strand thread owns (the store's connection) is touched by no other thread.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
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

// run_on for a call that yields nothing. Apart, so that Asio's templates are compiled once.
asio::awaitable<void> call_on(StrandThread& thread, std::function<void()> fn);

// fn must not throw. The coroutine resumes on its own executor; what fn refers to must live until then. fn always runs
// to its end: a cancellation takes effect after it (Asio would hand it to the other thread, where it may find the call
// gone).
template <class F>
asio::awaitable<std::invoke_result_t<F&>> run_on(StrandThread& thread, F fn) {
  using Value = std::invoke_result_t<F&>;
  if constexpr (std::is_void_v<Value>) {
    std::function<void()> call = [&fn] { fn(); };
    co_await call_on(thread, std::move(call));
  } else {
    std::optional<Value> value;
    std::function<void()> call = [&fn, &value] { value.emplace(fn()); };
    co_await call_on(thread, std::move(call));
    co_return std::move(*value);
  }
}

}  // namespace vitald
