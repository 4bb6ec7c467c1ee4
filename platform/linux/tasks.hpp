#pragma once

// Coroutines that run until they are cancelled together.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <list>
#include <string>

#include "platform/linux/condition.hpp"

namespace vitald {

class Tasks {
 public:
  explicit Tasks(asio::any_io_executor loop) : loop_(loop), ended_(loop) {}
  Tasks(const Tasks&) = delete;  // running tasks refer to it: it must outlive them, see finished()
  Tasks& operator=(const Tasks&) = delete;

  // An exception that ends a task is logged under its name; it ends no other.
  void spawn(std::string name, asio::awaitable<void> task);
  void cancel();
  // Until every task has ended, at most until `by`; true: they have.
  asio::awaitable<bool> finished(BootTime by);

 private:
  asio::any_io_executor loop_;
  std::list<asio::cancellation_signal> signals_;
  std::size_t running_ = 0;
  Condition ended_;
};

}  // namespace vitald
