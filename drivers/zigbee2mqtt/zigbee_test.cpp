// The driver against a real Mosquitto.

#include <spawn.h>
#include <sys/wait.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <functional>
#include <iostream>

#include "drivers/zigbee2mqtt/settings.hpp"
#include "platform/linux/timer.hpp"
#include "tests/support/broker.hpp"

namespace vitald::zigbee2mqtt {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

struct Sink : ReadingSink {
  void record(std::span<const Reading> readings) override {
    for (const Reading& reading : readings)
      taken.push_back(reading.sensor->id + " " + std::string(reading.metric->key) + " " + reading.value.text());
  }
  asio::awaitable<Result<void>> commit(std::span<const Reading>, const Cursor&) override { co_return Result<void>(); }
  Cursor cursor(std::string_view) const override { return {}; }
  Texts taken;
};

void publish(const Broker& broker, const std::string& topic, const std::string& payload, bool retained = false) {
  const std::string port = std::to_string(broker.port());
  std::vector<const char*> words{"mosquitto_pub", "-h", "localhost",    "-p", port.c_str(), "-q", "1", "-t",
                                 topic.c_str(),   "-m", payload.c_str()};
  if (retained) words.push_back("-r");
  words.push_back(nullptr);
  pid_t child = 0;
  int status = -1;
  REQUIRE(posix_spawnp(&child, words[0], nullptr, nullptr, const_cast<char* const*>(words.data()), environ) == 0);
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
}

struct Bench {
  Bench() {
    Settings settings;
    settings.broker.port = broker.port();
    settings.devices = {{"hall/button", "call-1", "button", {}, false, {}}, {"mat", "", "bed_mat", {}, false, {}}};
    const DriverContext context{loop.get_executor(), {}, [this] { return boot_now() + later; }};
    driver = std::move(*settings.create("zigbee", context));
  }
  ~Bench() {
    stop.emit(asio::cancellation_type::terminal);
    loop.restart();
    loop.run();
  }

  void start() {
    ended.reset();
    asio::co_spawn(loop, driver->run(sink),
                   asio::bind_cancellation_slot(stop.slot(), [this](std::exception_ptr thrown, Result<void> result) {
                     if (!thrown) ended = result;
                   }));
  }
  // Runs the loop until it holds, for at most 20 s.
  bool until(const std::function<bool()>& holds) {
    const BootTime limit = boot_now() + 20s;
    bool held = holds();
    for (; !held && boot_now() < limit; held = holds()) {
      loop.restart();
      loop.run_for(10ms);
    }
    return held;
  }
  bool until_taken(const std::string& text) {
    return until([&] { return std::ranges::count(sink.taken, text) > 0; });
  }
  // The driver listens when it hears that.
  bool until_listening() {
    publish(broker, "zigbee2mqtt/mat", R"({"occupancy":false})", true);
    return until_taken("zigbee-mat bed_occupancy 0");
  }

  Broker broker{{}};
  asio::io_context loop;
  Microseconds later{0};
  Sink sink;
  asio::cancellation_signal stop;
  std::unique_ptr<Driver> driver;
  std::optional<Result<void>> ended;
};

bool can_run() {
  const bool installed = Broker::installed() && std::system("command -v mosquitto_pub >/dev/null") == 0;
  if (!installed) std::cout << "SKIPPED: mosquitto and mosquitto_pub are not installed\n";
  return installed;
}

TEST_CASE("a press of a call button is heard, a kept one is not") {
  if (!can_run()) return;
  Bench bench;
  publish(bench.broker, "zigbee2mqtt/hall/button", R"({"action":"single","battery":80})", true);
  bench.start();
  REQUIRE(bench.until_taken("call-1 battery_level 80"));
  REQUIRE(bench.until_listening());
  CHECK(std::ranges::count(bench.sink.taken, "call-1 sos 1") == 0);
  publish(bench.broker, "zigbee2mqtt/hall/button", R"({"action":"single"})");
  publish(bench.broker, "zigbee2mqtt/hall/button", R"({"action":""})");
  publish(bench.broker, "zigbee2mqtt/hall/button", "garbage");
  publish(bench.broker, "zigbee2mqtt/other", R"({"action":"single"})");
  publish(bench.broker, "zigbee2mqtt/hall/button", R"({"action":"double"})");
  REQUIRE(bench.until([&] { return std::ranges::count(bench.sink.taken, "call-1 sos 1") == 2; }));
  CHECK_FALSE(bench.ended);
}

TEST_CASE("a call point out of reach is a technical alarm, until it is back") {
  if (!can_run()) return;
  Bench bench;
  bench.start();
  REQUIRE(bench.until_listening());
  publish(bench.broker, "zigbee2mqtt/hall/button/availability", R"({"state":"offline"})", true);
  REQUIRE(bench.until_taken("call-1 sensor_offline 1"));
  publish(bench.broker, "zigbee2mqtt/hall/button/availability", R"({"state":"online"})", true);
  REQUIRE(bench.until_taken("call-1 sensor_offline 0"));
  publish(bench.broker, "zigbee2mqtt/bridge/state", R"({"state":"offline"})", true);
  REQUIRE(bench.until_taken("zigbee-mat sensor_offline 1"));
  CHECK(std::ranges::count(bench.sink.taken, "call-1 sensor_offline 1") == 2);
}

TEST_CASE("a broker that stays away puts every device out of reach; one that restarts does not") {
  if (!can_run()) return;
  Bench bench;
  bench.start();
  REQUIRE(bench.until_listening());
  bench.broker.kill();
  REQUIRE(bench.until([&] { return bench.ended.has_value(); }));
  CHECK(bench.ended->error().code() == Code::unavailable);
  bench.start();
  REQUIRE(bench.until([&] { return bench.ended.has_value(); }));
  CHECK(std::ranges::count(bench.sink.taken, "call-1 sensor_offline 1") == 0);
  bench.later = 11s;
  bench.start();
  REQUIRE(bench.until([&] { return bench.ended.has_value(); }));
  CHECK(std::ranges::count(bench.sink.taken, "call-1 sensor_offline 1") == 1);
  bench.broker.start();
  bench.start();
  publish(bench.broker, "zigbee2mqtt/bridge/state", "online", true);
  REQUIRE(bench.until_taken("call-1 sensor_offline 0"));
  publish(bench.broker, "zigbee2mqtt/mat", R"({"contact":true})");
  REQUIRE(bench.until_taken("zigbee-mat bed_occupancy 1"));
}

}  // namespace
}  // namespace vitald::zigbee2mqtt
