#include "agent/supervisor.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "platform/linux/tasks.hpp"
#include "tests/unit/agent/loop.hpp"
#include "tests/unit/agent/store.hpp"

using namespace vitald;

namespace {

// A driver that does what the test says, run after run.
class ScriptedDriver final : public Driver {
 public:
  explicit ScriptedDriver(std::function<asio::awaitable<Result<void>>(ReadingSink&, int)> script)
      : script_(std::move(script)) {}
  std::vector<const Sensor*> sensors() const override { return {&sensor}; }
  asio::awaitable<Result<void>> run(ReadingSink& sink) override { return script_(sink, runs_++); }

  static inline const Sensor sensor{"belt-1", std::chrono::seconds(3)};

 private:
  std::function<asio::awaitable<Result<void>>(ReadingSink&, int)> script_;
  int runs_ = 0;
};

struct SupervisedDriver {
  asio::io_context loop;
  StrandThread storage;
  test::Store store;
  BootTime now = boot_time(1'000'000'000);
  Recorder recorder{loop.get_executor(), storage, store, {}, boot_now, [] {}};
  Tasks tasks{loop.get_executor()};

  SupervisedDriver() { tasks.spawn("recorder", recorder.run()); }
  Supervisor supervise(std::function<asio::awaitable<Result<void>>(ReadingSink&, int)> script) {
    return {"belt", "scripted", std::make_unique<ScriptedDriver>(std::move(script)), recorder, [this] { return now; }};
  }
  asio::awaitable<void> finish() {
    recorder.finish();
    co_await tasks.finished(boot_now() + Microseconds(10'000'000));
  }
};

Reading heart_rate(BootTime time) {
  Reading reading;
  reading.sensor = &ScriptedDriver::sensor;
  reading.metric = find_metric("heart_rate");
  reading.time = time;
  reading.value = Decimal(70);
  return reading;
}

}  // namespace

TEST_CASE("a driver that fails is run again, is degraded until it reads, and its error is told") {
  SupervisedDriver bench;
  Supervisor supervisor = bench.supervise([&](ReadingSink& sink, int run) -> asio::awaitable<Result<void>> {
    if (run == 0) co_return Error(Code::io, "no such port");
    CHECK(supervisor.status().state == DriverStatus::State::degraded);
    const Reading reading = heart_rate(bench.now);
    sink.record({&reading, 1});
    co_return Result<void>();
  });
  test::run(bench.loop, supervisor.run());
  const DriverStatus status = supervisor.status();
  CHECK(status.state == DriverStatus::State::ended);
  CHECK(status.last_error == "no such port");
  CHECK(status.restarts == 1);
  CHECK(status.sensors.at(0).readings == 1);
}

TEST_CASE("an exception in a driver is its error and nobody else's") {
  SupervisedDriver bench;
  Supervisor supervisor = bench.supervise([](ReadingSink&, int run) -> asio::awaitable<Result<void>> {
    if (run == 0) throw std::runtime_error("boom");
    co_return Result<void>();
  });
  test::run(bench.loop, supervisor.run());
  CHECK(supervisor.status().last_error == "boom");
}

TEST_CASE("a sensor's silence is noticed once, recorded as a loss, and closed when it speaks again") {
  SupervisedDriver bench;
  Supervisor supervisor = bench.supervise(nullptr);
  const BootTime start = bench.now;
  bench.now += std::chrono::seconds(2);
  supervisor.check_silence();
  CHECK_FALSE(supervisor.status().sensors.at(0).silent);
  bench.now += std::chrono::seconds(2);
  supervisor.check_silence();
  supervisor.check_silence();
  CHECK(supervisor.status().sensors.at(0).silent);
  bench.now += std::chrono::seconds(6);
  const Reading reading = heart_rate(bench.now);
  supervisor.record({&reading, 1});
  CHECK_FALSE(supervisor.status().sensors.at(0).silent);
  test::run(bench.loop, bench.finish());
  REQUIRE(bench.store.losses.size() == 2);
  CHECK(bench.store.losses[0].reason == LossReason::sensor_absent);
  CHECK(bench.store.losses[0].sensor == "belt-1");
  CHECK(bench.store.losses[0].first == start);
  CHECK(bench.store.losses[0].last == start + std::chrono::seconds(4));
  CHECK(bench.store.losses[1].first == bench.store.losses[0].last);
  CHECK(bench.store.losses[1].last == bench.now);
}

TEST_CASE("a driver finds its cursor again, and no other driver's") {
  SupervisedDriver bench;
  bench.store.commits.push_back({{}, {{"belt", "", "41"}, {"other", "", "9"}}});
  Recorder recorder(bench.loop.get_executor(), bench.storage, bench.store, {}, boot_now, [] {});
  Supervisor supervisor("belt", "scripted", std::make_unique<ScriptedDriver>(nullptr), recorder, boot_now);
  CHECK(supervisor.cursor("").bytes == "41");
  CHECK(supervisor.cursor("unknown").bytes.empty());
}
