#include "agent/driver_process.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "agent/command_support.hpp"
#include "drivers/socket/client.hpp"
#include "platform/config/reader.hpp"
#include "platform/linux/clock.hpp"
#include "platform/linux/service.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr Microseconds kFirstPause = 1s, kLongestPause = 60s;
constexpr Microseconds kLastMessages = 3s;  // a SIGTERM is obeyed within 5 s

Result<void> read_driver_settings(const std::string& file, DriverSettings& settings) {
  const std::function<void(config::Declaration&)> declare = [&](config::Declaration& d) { settings.declare(d); };
  if (!file.empty()) return config::read_file(file, declare);
  const std::vector<config::Problem> problems = config::read("{}", declare);
  if (problems.empty()) return {};
  return Error(Code::invalid, "this driver needs settings (--settings FILE): " + config::text(problems, "none"));
}

Result<std::unique_ptr<Driver>> make_driver(const DriverCall& call, asio::any_io_executor loop) {
  const DriverKind* kind = find_driver_kind(call.driver);
  if (kind == nullptr) return Error(Code::not_found, "no driver is called " + call.driver);
  const std::unique_ptr<DriverSettings> settings = kind->settings();
  if (const Result<void> read = read_driver_settings(call.settings, *settings); !read) return read.error();
  const Result<BootId> boot = boot_id();
  if (!boot) return boot.error();
  return settings->create(call.name, {std::move(loop), *boot, boot_now});
}

// Again and again, as the agent's supervisor does; until there is nothing more to read.
asio::awaitable<Result<void>> drive(Driver& driver, socket::Client& agent) {
  co_await agent.welcomed();
  notify_service_manager("READY=1");
  Microseconds pause = kFirstPause;
  while (true) {
    const BootTime began = boot_now();
    const Result<void> ran = co_await driver.run(agent);
    if (ran) co_return ran;
    if (boot_now() - began > kLongestPause) pause = kFirstPause;
    spdlog::warn("{}; started again in {} s", ran.error().sentence(), pause.count() / 1'000'000);
    co_await sleep_for(pause);
    pause = std::min(pause * 2, kLongestPause);
  }
}

asio::awaitable<Result<void>> drive_until_signal(Driver& driver, socket::Client& agent) {
  asio::signal_set signals(co_await asio::this_coro::executor, SIGTERM, SIGINT);
  co_await (drive(driver, agent) || signals.async_wait(asio::use_awaitable));
  co_await agent.flushed(boot_now() + kLastMessages);
  co_return Result<void>();
}

asio::awaitable<Result<void>> run_both(Driver& driver, socket::Client& agent) {
  const auto ended = co_await (drive_until_signal(driver, agent) || agent.run());
  co_return ended.index() == 0 ? std::get<0>(ended) : std::get<1>(ended);
}

}  // namespace

int run_driver(const DriverCall& asked) {
  DriverCall call = asked;
  if (call.name.empty()) call.name = call.driver;
  set_up_log("info");
  asio::io_context loop(1);
  const Result<std::unique_ptr<Driver>> driver = make_driver(call, loop.get_executor());
  if (!driver) return fail(driver.error(), kWrong);
  socket::Client agent(loop.get_executor(), call.socket, call.name, **driver);
  Result<void> ran;
  auto ended = [&](std::exception_ptr failure, Result<void> result) {
    if (failure) std::rethrow_exception(failure);
    ran = std::move(result);
    loop.stop();
  };
  asio::co_spawn(loop, run_both(**driver, agent), ended);
  loop.run();
  return ran ? kDone : fail(ran.error());
}

}  // namespace vitald
