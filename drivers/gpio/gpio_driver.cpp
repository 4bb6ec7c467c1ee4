#include "drivers/gpio/gpio_driver.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include "drivers/contact/report.hpp"
#include "platform/linux/tasks.hpp"
#include "platform/linux/timer.hpp"

namespace vitald::gpio {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr Microseconds kAgain = 2s;  // a chip that returns is used within 5 s

}  // namespace

GpioDriver::GpioDriver(const std::string& id, const std::vector<LineSettings>& lines, DriverContext context,
                       OpenLine open)
    : context_(std::move(context)), open_(std::move(open)) {
  for (const LineSettings& line : lines)
    lines_.push_back(std::make_unique<Line>(Line{line, Sensor{id + "-" + line.id}, find_metric(line.metric)}));
}

std::vector<const Sensor*> GpioDriver::sensors() const {
  std::vector<const Sensor*> all;
  for (const auto& line : lines_) all.push_back(&line->sensor);
  return all;
}

asio::awaitable<Result<void>> GpioDriver::run(ReadingSink& sink) {
  Tasks tasks(context_.loop);
  for (const auto& line : lines_) tasks.spawn(line->sensor.id, keep_watching(*line, sink));
  std::exception_ptr stopped;
  try {
    co_await tasks.finished(BootTime::max());
  } catch (...) {  // cancelled
    stopped = std::current_exception();
  }
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  tasks.cancel();
  co_await tasks.finished(BootTime::max());
  if (stopped) std::rethrow_exception(stopped);
  co_return Error(Code::internal, "no line is watched any more");
}

asio::awaitable<void> GpioDriver::keep_watching(const Line& line, ReadingSink& sink) {
  std::string told;
  while (true) {
    const Result<void> ended = co_await watch(line, sink);
    if (ended.error().sentence() != told) spdlog::warn("{}: {}", line.sensor.id, ended.error().sentence());
    told = ended.error().sentence();
    co_await sleep_for(kAgain);
  }
}

asio::awaitable<Result<void>> GpioDriver::watch(const Line& line, ReadingSink& sink) {
  const Result<std::unique_ptr<GpioLine>> opened = open_(line.settings.request);
  if (!opened) co_return opened.error();
  contact::Contact contact(line.settings.rules);
  while (true) {
    const Result<bool> active = (*opened)->active();
    if (!active) co_return active.error();
    contact.level(*active, context_.now());
    contact::record(contact.events(context_.now()), line.sensor, *line.metric, sink);
    const BootTime due = contact.due().value_or(BootTime::max());
    const auto first = co_await ((*opened)->edge() || sleep_until(due));
    if (first.index() == 0 && !std::get<0>(first)) co_return std::get<0>(first);
  }
}

}  // namespace vitald::gpio
