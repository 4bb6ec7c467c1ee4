#include <catch2/catch.hpp>

#include "drivers/gpio/gpio_driver.hpp"
#include "platform/config/reader.hpp"
#include "platform/linux/condition.hpp"
#include "tests/support/driver_bench.hpp"

namespace vitald::gpio {
namespace {

using namespace std::chrono_literals;

struct World {
  explicit World(asio::any_io_executor loop) : changed(std::move(loop)) {}
  bool level = false, plugged = true;
  int opened = 0;
  Condition changed;
};

struct FakeLine : GpioLine {
  explicit FakeLine(World& w) : world(w) {}
  Result<bool> active() override {
    if (!world.plugged) return Error(Code::unavailable, "gone");
    return world.level;
  }
  asio::awaitable<Result<void>> edge() override {
    co_await world.changed.wait();
    co_return Result<void>();
  }
  World& world;
};

struct Bench : DriverBench {
  World world{loop.get_executor()};
  GpioDriver driver(LineSettings line) {
    OpenLine open = [this](const GpioRequest&) -> Result<std::unique_ptr<GpioLine>> {
      ++world.opened;
      if (!world.plugged) return Error(Code::not_found, "no such chip");
      return std::unique_ptr<GpioLine>(std::make_unique<FakeLine>(world));
    };
    return {"call", {std::move(line)}, context(), std::move(open)};
  }
  void set(bool level) {
    world.level = level;
    world.changed.notify();
  }
};

LineSettings sos(contact::Rules rules) { return {"bath", "sos", {"gpiochip0", "3", false, ""}, rules}; }

}  // namespace

TEST_CASE("a press and its end are readings") {
  Bench bench;
  GpioDriver driver = bench.driver(sos({5ms, 0s, 0s}));
  int step = 0;
  CHECK(bench.run_until(driver, [&] {
    const std::size_t said = bench.recorded.size();
    if (step == 0 && said == 1) bench.set(++step == 1);
    if (step == 1 && said == 2) bench.set(++step == 1);
    return said == 3;
  }));
  CHECK(bench.texts() == std::vector<std::string>{"call-bath sos 0", "call-bath sos 1", "call-bath sos 0"});
}

TEST_CASE("a button that is held is said again and doubted when it is stuck") {
  Bench bench;
  bench.world.level = true;
  GpioDriver driver = bench.driver(sos({1ms, 5ms, 12ms}));
  CHECK(bench.run_until(driver, [&] { return bench.recorded.size() >= 5; }));
  CHECK(bench.texts().front() == "call-bath sos 1");
  CHECK(bench.texts().back() == "call-bath sos 1!");
}

TEST_CASE("a chip that is unplugged is waited for") {
  Bench bench;
  GpioDriver driver = bench.driver(sos({1ms, 0s, 0s}));
  CHECK(bench.run_until(driver, [&] {
    if (bench.recorded.size() == 1 && bench.world.opened == 1) {
      bench.world.plugged = bench.world.opened > 1;
      bench.world.changed.notify();
    }
    if (bench.world.opened == 2) bench.world.plugged = true;
    return bench.recorded.size() == 2;
  }));
  CHECK(bench.world.opened == 3);
}

TEST_CASE("what is missing or unknown in a line's settings is named") {
  Settings settings;
  const auto text =
      config::text(config::read(R"({"lines":[{"id":"a","metric":"heart_rate","bias":"up"}]})", settings), "f");
  CHECK_THAT(text, Catch::Contains("/lines/0/chip"));
  CHECK_THAT(text, Catch::Contains("/lines/0/metric"));
  CHECK_THAT(text, Catch::Contains("/lines/0/bias"));
}

}  // namespace vitald::gpio
