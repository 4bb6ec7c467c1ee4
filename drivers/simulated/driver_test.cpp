// The driver on a loop, with a scripted sink and clock; and its settings.

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <map>

#include "drivers/simulated/settings.hpp"
#include "platform/config/reader.hpp"
#include "platform/linux/timer.hpp"
#include "tests/support/result.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

// Keeps what it is given; refuses commits while `broken`; stops the driver after `blocks` calls of record().
struct Sink : ReadingSink {
  void record(std::span<const Reading> readings) override {
    recorded.insert(recorded.end(), readings.begin(), readings.end());
    if (--blocks <= 0) stop.emit(asio::cancellation_type::terminal);
  }
  asio::awaitable<Result<void>> commit(std::span<const Reading> readings, const Cursor& behind) override {
    if (broken) co_return Error(Code::io, "no disk");
    while (stuck) co_await sleep_for(10ms);
    committed.insert(committed.end(), readings.begin(), readings.end());
    cursors[behind.name] = behind.bytes;
    co_return Result<void>();
  }
  Cursor cursor(std::string_view name) const override {
    const auto found = cursors.find(std::string(name));
    return {std::string(name), found == cursors.end() ? "" : found->second};
  }

  std::vector<Reading> recorded, committed;
  std::map<std::string, std::string> cursors;
  bool broken = false, stuck = false;
  int blocks = 9;
  asio::cancellation_signal stop;
};

// A clock on which each look is 1.5 s after the one before: 15 s of simulated time.
struct Bench {
  asio::io_context loop;
  BootTime time = boot_time(0);
  DriverContext context{loop.get_executor(), {}, [this] { return time += 1500ms; }};

  // nullopt: cancelled.
  std::optional<Result<void>> run(Driver& driver, Sink& sink) {
    std::optional<Result<void>> ended;
    asio::co_spawn(loop, driver.run(sink),
                   asio::bind_cancellation_slot(sink.stop.slot(), [&](std::exception_ptr thrown, Result<void> result) {
                     if (!thrown) ended = result;
                   }));
    loop.restart();
    loop.run();
    return ended;
  }
};

std::unique_ptr<Driver> created(Bench& bench, SimulatedSettings settings = {}) {
  settings.speed = 10;
  auto driver = settings.create("ward", bench.context);
  REQUIRE(driver);
  return std::move(*driver);
}

TEST_CASE("the driver hands over blocks and records until it is cancelled") {
  Bench bench;
  Sink sink;
  const auto driver = created(bench);
  CHECK_FALSE(bench.run(*driver, sink));
  CHECK(sink.recorded.size() > 30 * 300);
  CHECK(sink.committed.size() == 5);
  CHECK(sink.cursors.at("ward-1-cuff") == "1 1735718410000000");
}

TEST_CASE("a record that could not be committed is handed over again with the same number") {
  Bench bench;
  Sink sink;
  sink.broken = true;
  const auto driver = created(bench);
  const auto failed = bench.run(*driver, sink);
  REQUIRE(failed);
  CHECK(failed->error().sentence() == "committing a record of ward-1-cuff: no disk");
  sink.broken = false;
  sink.blocks = 3;
  CHECK_FALSE(bench.run(*driver, sink));
  REQUIRE(sink.committed.size() >= 4);
  CHECK(sink.committed[0].record_number == 1u);
}

TEST_CASE("after a restart the meters go on behind their cursors") {
  Bench bench;
  Sink sink;
  sink.cursors["ward-1-cuff"] = "17 1735718410000000";
  CHECK_FALSE(bench.run(*created(bench), sink));
  REQUIRE_FALSE(sink.committed.empty());
  CHECK(sink.committed[0].record_number == 18u);
  CHECK(sink.committed[0].device_time == DeviceTime{1735718420000000});
}

TEST_CASE("a cursor that is none of its own is an error") {
  Bench bench;
  Sink sink;
  sink.cursors["ward-1-cuff"] = "x";
  const auto ended = bench.run(*created(bench), sink);
  REQUIRE(ended);
  CHECK(ended->error().code() == Code::corrupt);
}

TEST_CASE("sensors are named after entry, resident and part, and say how long they may be silent") {
  Bench bench;
  SimulatedSettings settings;
  settings.residents = 2;
  const auto driver = created(bench, settings);
  std::map<std::string, std::chrono::milliseconds> sensors;
  for (const Sensor* sensor : driver->sensors()) sensors[sensor->id] = sensor->silent_after;
  CHECK(sensors.size() == 18);
  CHECK(sensors.at("ward-1-ecg") == 2s);
  CHECK(sensors.at("ward-2-thermometer") == 6s);
  CHECK(sensors.at("ward-2-pendant") == 0s);
}

TEST_CASE("a commit that does not end holds up no waveform") {
  Bench bench;
  Sink sink;
  sink.stuck = true;
  CHECK_FALSE(bench.run(*created(bench), sink));
  CHECK(sink.committed.empty());
  CHECK(sink.recorded.back().time > boot_time(0) + 4s);
}

constexpr auto kExample = R"({
  "residents": 2, "seed": 7, "ecg_hz": 500, "pleth_hz": 100, "speed": 10, "blood_pressure_min": 1.5, "glucose_min": 0,
  "scenes": [{"at_s": 60, "for_s": 30, "resident": 2, "scene": "silent", "sensor": "oximeter"}]
})";

TEST_CASE("settings are read from JSON") {
  SimulatedSettings settings;
  CHECK(config::text(config::read(kExample, settings), "f").empty());
  CHECK(settings.blood_pressure == 90s);
  REQUIRE(settings.scenes.size() == 1);
  const Scene scene = settings.scenes[0].scripted();
  CHECK(scene.begin == 60);
  CHECK(scene.end == 90);
  CHECK(scene.kind == SceneKind::silent);
  CHECK(scene.part == Part::oximeter);
}

TEST_CASE("wrong settings are named") {
  const auto problems = [](std::string_view json) {
    SimulatedSettings settings;
    return config::text(config::read(json, settings), "f");
  };
  CHECK_THAT(problems(R"({"ecg_hz": 50})"), Catch::Contains("ecg_hz must be 0 or at least 100"));
  CHECK_THAT(problems(R"({"residents": 33})"), Catch::Contains("/residents"));
  CHECK_THAT(problems(R"({"scenes": [{"at_s": 1, "resident": 2, "scene": "sos"}]})"),
             Catch::Contains("one of the residents"));
  CHECK_THAT(problems(R"({"scenes": [{"at_s": 1, "scene": "earthquake"}]})"), Catch::Contains("/scenes/0/scene"));
  CHECK_THAT(problems(R"({"scenes": [{"at_s": 1}]})"), Catch::Contains("/scenes/0"));
}

}  // namespace
}  // namespace vitald
