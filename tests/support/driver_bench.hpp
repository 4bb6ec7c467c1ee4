#pragma once

// A driver on a loop, with a sink that keeps what it is given, until a condition holds.

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "drivers/driver.hpp"
#include "platform/linux/tasks.hpp"

namespace vitald {

class DriverBench : public ReadingSink {
 public:
  DriverContext context() { return {loop.get_executor(), {}, boot_now}; }

  // false: it did not hold within 10 s. The driver is cancelled in either case.
  bool run_until(Driver& driver, const std::function<bool()>& holds) {
    Tasks tasks(loop.get_executor());
    tasks.spawn("driver", drive(driver));
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    loop.restart();
    while (!holds() && std::chrono::steady_clock::now() < until) loop.run_one_for(std::chrono::milliseconds(20));
    boost::asio::post(loop, [&] { tasks.cancel(); });  // on the loop, as everything
    loop.restart();
    loop.run_for(std::chrono::seconds(10));
    return holds();
  }

  void record(std::span<const Reading> readings) override {
    recorded.insert(recorded.end(), readings.begin(), readings.end());
  }
  asio::awaitable<Result<void>> commit(std::span<const Reading> readings, const Cursor& cursor) override {
    record(readings);
    cursors[cursor.name] = cursor.bytes;
    co_return Result<void>();
  }
  Cursor cursor(std::string_view name) const override {
    const auto found = cursors.find(std::string(name));
    return {std::string(name), found == cursors.end() ? "" : found->second};
  }
  // "id metric value" of each, ended by "!" when its quality is not good.
  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const Reading& reading : recorded)
      all.push_back(reading.sensor->id + " " + std::string(reading.metric->key) + " " + reading.value.text() +
                    (reading.quality == quality::kGood ? "" : "!"));
    return all;
  }

  asio::io_context loop{1};
  std::vector<Reading> recorded;
  std::map<std::string, std::string> cursors;
  std::string error;  // the last that the driver returned

 private:
  asio::awaitable<void> drive(Driver& driver) {
    const Result<void> ended = co_await driver.run(*this);
    if (!ended) error = ended.error().sentence();
  }
};

}  // namespace vitald
