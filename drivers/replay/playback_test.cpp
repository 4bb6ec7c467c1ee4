#include "drivers/replay/playback.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "drivers/replay/replay_fixture.hpp"
#include "tests/support/result.hpp"

namespace vitald {
namespace {

// A table of `rows` rows at 100 Hz, in a file that goes with the test.
class Ramp {
 public:
  explicit Ramp(int rows) {
    std::ofstream out(file);
    for (int i = 0; i < rows; ++i) out << i << "," << 2 * i << "\n";
  }
  ~Ramp() { std::filesystem::remove(file); }
  std::string settings(const std::string& rest) const {
    return R"({"file": ")" + file + R"(", "header_row": false, "rate_hz": 100, )" + rest + R"(,
      "signals": [{"name": "#1", "metric": "pleth_waveform"}, {"name": "#2", "metric": "ballistocardiogram_waveform"}]})";
  }
  const std::string file = std::tmpnam(nullptr);
};

// 0, step, 2 x step, ...
std::vector<std::int64_t> evenly(std::size_t count, std::int64_t step) {
  std::vector<std::int64_t> times(count);
  for (std::size_t i = 0; i < count; ++i) times[i] = static_cast<std::int64_t>(i) * step;
  return times;
}

void check_ramp(const FakeStore& store, int rows) {
  const auto first = values_of(store, "pleth_waveform"), second = values_of(store, "ballistocardiogram_waveform");
  std::vector<std::string> once, twice;
  for (int i = 0; i < rows; ++i) {
    once.push_back(std::to_string(i));
    twice.push_back(std::to_string(2 * i));
  }
  REQUIRE(first == once);
  REQUIRE(second == twice);
}

TEST_CASE("as fast as possible, times keep their recorded distance from now on") {
  Player player;
  FakeStore store;
  const Ramp ramp(20'000);
  REQUIRE(player.play(ramp.settings(R"("speed": 0)"), store));
  check_ramp(store, 20'000);
  CHECK(store.commits == 3);
  const auto times = times_of(store, "pleth_waveform", player.clock.time);
  CHECK(times == evenly(times.size(), 10'000));
}

TEST_CASE("killed at any commit, before or after it is stored, nothing is missing and nothing doubled") {
  const Ramp ramp(20'000);
  for (int fails_at = 0; fails_at < 4; ++fails_at)
    for (const bool stores : {false, true}) {
      Player player;
      FakeStore store;
      store.fails_at = fails_at;
      store.stores_before_it_fails = stores;
      CHECK(player.play(ramp.settings(R"("speed": 0)"), store).ok() == (fails_at == 3));
      player.clock.time += std::chrono::seconds(77);
      REQUIRE(player.play(ramp.settings(R"("speed": 0)"), store));
      check_ramp(store, 20'000);
      if (fails_at == 3) continue;
      // Within a boot the times go on as if nothing had happened, unless nothing was stored yet.
      const BootTime start = store.readings[0].time;
      CHECK(times_of(store, "pleth_waveform", start).back() == 199'990'000);
    }
}

TEST_CASE("after a reboot the play goes on where it was, from now on") {
  Player player;
  FakeStore store;
  const Ramp ramp(20'000);
  store.fails_at = 1;
  CHECK(!player.play(ramp.settings(R"("speed": 0)"), store));
  const std::size_t before = values_of(store, "pleth_waveform").size();
  player.boot = {9, 9};
  player.clock.time = boot_time(500);
  REQUIRE(player.play(ramp.settings(R"("speed": 0)"), store));
  check_ramp(store, 20'000);
  CHECK(times_of(store, "pleth_waveform", player.clock.time)[before] == 0);
}

TEST_CASE("a recording that has ended stays ended") {
  Player player;
  FakeStore store;
  const Ramp ramp(10);
  REQUIRE(player.play(ramp.settings(R"("speed": 0)"), store));
  REQUIRE(player.play(ramp.settings(R"("speed": 0)"), store));
  check_ramp(store, 10);
}

TEST_CASE("another recording begins at its start, whatever the cursor says") {
  Player player;
  FakeStore store;
  const Ramp ramp(10), other(20);
  REQUIRE(player.play(ramp.settings(R"("speed": 0)"), store));
  store.readings.clear();
  REQUIRE(player.play(other.settings(R"("speed": 0)"), store));
  check_ramp(store, 20);
}

TEST_CASE("a cursor that is none of a recording is an error") {
  Player player;
  FakeStore store;
  const Ramp ramp(10);
  store.kept.bytes = "record 1207";
  CHECK(player.play(ramp.settings(R"("speed": 0)"), store).error().code() == Code::corrupt);
}

TEST_CASE("a bookmark comes back as it was, and cut short it is an error or another place") {
  const Bookmark mark{"/a b/c.hea 12", {1, 0xab, 255}, true, Microseconds(-5), Microseconds(7), {1, -2, 3}};
  const std::string text = encode(mark);
  const auto back = decode_bookmark(text);
  REQUIRE(back);
  CHECK(encode(*back) == text);
  CHECK(back->position == Recording::Position{1, -2, 3});
  for (std::size_t size = 0; size < text.size(); ++size) CHECK_NOTHROW(decode_bookmark(text.substr(0, size)));
}

// A clock that runs: for what waits.
BootTime running_clock() {
  return BootTime(std::chrono::duration_cast<Microseconds>(std::chrono::steady_clock::now().time_since_epoch()));
}

TEST_CASE("paced, nothing is handed over before it is taken, and times are divided by the speed") {
  Player player;
  FakeStore store;
  const Ramp ramp(500);  // 5 s, played in 50 ms
  player.now = running_clock;
  const BootTime start = running_clock();
  store.on_commit = [](std::span<const Reading> readings) { CHECK(readings.back().time <= running_clock()); };
  REQUIRE(player.play(ramp.settings(R"("speed": 100)"), store));
  check_ramp(store, 500);
  CHECK(store.readings[0].time >= start);
  const auto times = times_of(store, "pleth_waveform", store.readings[0].time);
  CHECK(times == evenly(times.size(), 100));
  CHECK(store.readings[0].rate == 10'000'000);
  CHECK(store.readings.back().device_time == DeviceTime{4'990'000});  // recorded time stays
}

TEST_CASE("paced, a stretch is at most a second and 4096 readings") {
  Player player;
  FakeStore store;
  const Ramp ramp(1000);
  player.now = [time = boot_time(0)]() mutable { return time += std::chrono::seconds(100); };  // never waits
  store.on_commit = [](std::span<const Reading> readings) {
    CHECK(readings.size() <= 4096);
    CHECK(readings.back().time - readings.front().time < std::chrono::seconds(1));
  };
  REQUIRE(player.play(ramp.settings(R"("speed": 1)"), store));
  check_ramp(store, 1000);
  CHECK(store.commits == 10);
}

TEST_CASE("paced, a restart takes up the next sample now") {
  Player player;
  FakeStore store;
  const Ramp ramp(500);
  BootTime time = boot_time(0);
  player.now = [&] { return time += std::chrono::seconds(100); };
  store.fails_at = 2;
  CHECK(!player.play(ramp.settings(R"("speed": 1)"), store));
  time = boot_time(5'000'000'000);
  REQUIRE(player.play(ramp.settings(R"("speed": 1)"), store));
  check_ramp(store, 500);
  CHECK(times_of(store, "pleth_waveform", boot_time(5'100'000'000))[200] == 0);
}

TEST_CASE("looped, the recording goes on without a break until it is cancelled") {
  Player player;
  FakeStore store;
  const Ramp ramp(10);
  auto driver = player.make(ramp.settings(R"("speed": 0, "loop": true)"));
  REQUIRE(driver);
  store.fails_at = 5;  // in the third round: each is one stretch
  CHECK(!player.run(**driver, store));
  CHECK(store.readings.size() == 100);
  const auto times = times_of(store, "pleth_waveform", player.clock.time);
  for (std::size_t i = 0; i < times.size(); ++i) {
    REQUIRE(times[i] == static_cast<std::int64_t>(i) * 10'000);
    REQUIRE(store.readings[2 * i].device_time->us == times[i]);  // no stamp comes twice
  }
  store.fails_at = 8;
  CHECK(!player.play(ramp.settings(R"("speed": 0, "loop": true)"), store));
  CHECK(times_of(store, "pleth_waveform", player.clock.time).back() == 690'000);
}

TEST_CASE("a recording that is not there yet is played when it is") {
  Player player;
  FakeStore store;
  auto ramp = std::make_optional<Ramp>(10);
  const std::string settings = ramp->settings(R"("speed": 0)"), file = ramp->file;
  ramp.reset();
  auto driver = player.make(settings);
  REQUIRE(driver);
  CHECK((*driver)->sensors().empty());
  CHECK(player.run(**driver, store).error().sentence() == file + ": No such file or directory");
  std::ofstream(file) << "1,2\n";
  CHECK(player.run(**driver, store));
  CHECK(store.readings.size() == 2);
  CHECK((*driver)->sensors().size() == 1);
  std::filesystem::remove(file);
}

TEST_CASE("cancelled while it waits, it ends and hands over nothing more") {
  Player player;
  FakeStore store;
  const Ramp ramp(10'000);
  player.now = [] { return boot_time(0); };  // stands: the first stretch is never due
  auto driver = player.make(ramp.settings(R"("speed": 1)"));
  REQUIRE(driver);
  asio::cancellation_signal stop;
  std::exception_ptr ended;
  asio::co_spawn(player.loop, (*driver)->run(store),
                 asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e, Result<void>) { ended = e; }));
  player.loop.poll();
  stop.emit(asio::cancellation_type::terminal);
  player.loop.run();
  REQUIRE(ended);
  CHECK_THROWS_AS(std::rethrow_exception(ended), boost::system::system_error);  // operation_aborted
  CHECK(store.commits == 0);
}

TEST_CASE("a table of nothing but gaps holds no readings, also when looped") {
  Player player;
  FakeStore store;
  const std::string file = std::tmpnam(nullptr);
  std::ofstream(file) << "-\n-\n";
  const std::string settings =
      R"({"file": ")" + file +
      R"(", "header_row": false, "rate_hz": 1, "speed": 0, "loop": true, "signals": [{"name": "#1", "metric": "heart_rate"}]})";
  CHECK(player.play(settings, store).error().sentence().ends_with("holds no readings"));
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace vitald
