#include "platform/linux/tasks.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <exception>

namespace vitald {
namespace {

void log_failure(const std::string& name, std::exception_ptr failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const asio::multiple_exceptions& several) {  // of coroutines that ran side by side
    log_failure(name, several.first_exception());
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) spdlog::error("{}: {}", name, error.what());
  } catch (const std::exception& error) {
    spdlog::error("{}: {}", name, error.what());
  }
}

}  // namespace

void Tasks::spawn(std::string name, asio::awaitable<void> task) {
  const auto signal = signals_->emplace(signals_->end());
  ++running_;
  auto ended = [this, signal, name = std::move(name)](std::exception_ptr failure) {
    log_failure(name, failure);
    --running_;
    ended_.notify();
    asio::post(loop_, [signals = signals_, signal] { signals->erase(signal); });  // it is still being used here
  };
  asio::co_spawn(loop_, std::move(task), asio::bind_cancellation_slot(signal->slot(), std::move(ended)));
}

void Tasks::cancel() {
  for (asio::cancellation_signal& signal : *signals_) signal.emit(asio::cancellation_type::terminal);
}

asio::awaitable<bool> Tasks::finished(BootTime by) {
  while (running_ > 0 && boot_now() < by) co_await ended_.wait_until(by);
  co_return running_ == 0;
}

}  // namespace vitald
