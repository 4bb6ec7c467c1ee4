#pragma once

// Coroutines that run until they are cancelled together.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <list>
#include <memory>
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
  std::size_t running() const { return running_; }
  // Until every task has ended, at most until `by`; true: they have.
  asio::awaitable<bool> finished(BootTime by);

 private:
  asio::any_io_executor loop_;
  // Shared with what forgets a signal a turn of the loop after its task has ended, maybe after this.
  using Signals = std::list<asio::cancellation_signal>;
  std::shared_ptr<Signals> signals_ = std::make_shared<Signals>();
  std::size_t running_ = 0;
  Condition ended_;
};

}  // namespace vitald
