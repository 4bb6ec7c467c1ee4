#pragma once

// For tests: a store that can be killed, and the driver played into it.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "drivers/driver.hpp"
#include "platform/config/reader.hpp"

namespace vitald {

std::unique_ptr<DriverSettings> replay_settings();

// Keeps what is committed. Fails at one commit, before or after it stored: a process killed at that moment.
class FakeStore : public ReadingSink {
 public:
  std::vector<Reading> readings;
  Cursor kept;
  int commits = 0;
  int fails_at = -1;
  bool stores_before_it_fails = false;
  std::function<void(std::span<const Reading>)> on_commit = [](auto) {};

  void record(std::span<const Reading>) override { throw std::logic_error("a recording can wait: it commits"); }
  Cursor cursor(std::string_view) const override { return kept; }
  asio::awaitable<Result<void>> commit(std::span<const Reading> some, const Cursor& cursor) override {
    on_commit(some);
    const bool fails = commits++ == fails_at;
    if (!fails || stores_before_it_fails) {
      readings.insert(readings.end(), some.begin(), some.end());
      kept = cursor;
    }
    if (fails) co_return Error(Code::io, "killed");
    co_return Result<void>();
  }
};

// A clock that stands where the test puts it.
struct FakeClock {
  BootTime time = boot_time(1'000'000);
};

class Player {
 public:
  FakeClock clock;
  BootId boot{1, 2, 3};
  asio::io_context loop;
  Now now = [this] { return clock.time; };

  // The driver for one entry of the configuration, without "driver" and "id".
  Result<std::unique_ptr<Driver>> make(const std::string& json, const std::string& id = "rec") {
    auto settings = replay_settings();
    const auto problems = config::read(json, *settings);
    if (!problems.empty()) return Error(Code::invalid, config::text(problems, "settings"));
    return settings->create(id, {loop.get_executor(), boot, now});
  }

  Result<void> run(Driver& driver, ReadingSink& sink) {
    std::optional<Result<void>> result;
    asio::co_spawn(loop, driver.run(sink), [&](std::exception_ptr failed, Result<void> r) {
      if (failed) std::rethrow_exception(failed);
      result = std::move(r);
    });
    loop.restart();
    loop.run();
    return *result;
  }

  // Makes the driver and runs it once.
  Result<void> play(const std::string& json, ReadingSink& sink) {
    auto driver = make(json);
    if (!driver) return driver.error();
    return run(**driver, sink);
  }

  // What is wrong with such an entry, "" when nothing is.
  std::string error_of(const std::string& json) {
    FakeStore store;
    const auto result = play(json, store);
    return result ? "" : result.error().sentence();
  }
};

// The values of one metric, as text.
inline std::vector<std::string> values_of(const FakeStore& store, std::string_view metric) {
  std::vector<std::string> values;
  for (const Reading& reading : store.readings)
    if (reading.metric->key == metric) values.push_back(reading.value.text());
  return values;
}

// The times of one metric, in microseconds after the first reading's.
inline std::vector<std::int64_t> times_of(const FakeStore& store, std::string_view metric, BootTime start) {
  std::vector<std::int64_t> times;
  for (const Reading& reading : store.readings)
    if (reading.metric->key == metric) times.push_back((reading.time - start).count());
  return times;
}

}  // namespace vitald
