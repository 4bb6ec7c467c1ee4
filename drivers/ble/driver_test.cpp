// The driver against a bluetoothd that is none, with well-behaved and other sensors.

#include <catch2/catch.hpp>
#include <cstdlib>

#include "drivers/ble/packet_octets.hpp"
#include "drivers/ble/pairing.hpp"
#include "tests/support/bluetooth/ble_fixture.hpp"

namespace vitald::ble {
namespace {

using namespace std::chrono_literals;
using test::Behaviour;

constexpr const char* kOne = "C0:00:00:00:00:01";
constexpr const char* kTwo = "C0:00:00:00:00:02";

std::size_t count(const Bench& bench, std::string_view metric) { return bench.sink.of(metric).size(); }

TEST_CASE("a belt's stream is recorded as it comes, with its battery and what it is") {
  test::HeartRateBelt belt;
  Bench bench;
  bench.bluez->add(belt, kOne, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return count(bench, "heart_rate_strap") > 5 && count(bench, "battery_level") > 0; }));
  const Taken beat = bench.sink.of("heart_rate_strap").front();
  CHECK(beat.sensor == "ble-C00000000001");
  CHECK(beat.value.text() == "72");
  CHECK(count(bench, "rr_interval") > 5);
  CHECK(bench.sink.of("battery_level").front().value.text() == "88");
  std::vector<std::int64_t> octets;
  for (const Taken& piece : bench.sink.of("sensor_packet")) octets.push_back(piece.value.mantissa());
  REQUIRE(sent_packets(octets).size() == 3);
  const SentPacket model = sent_packets(octets)[0];
  CHECK(model.uuid == 0x2A24);
  CHECK(std::string(model.octets.begin(), model.octets.end()) == "Belt 1");
  CHECK(bench.stop());
}

TEST_CASE("a cuff's measurements are committed with their octets, each of its users apart, its clock set before") {
  test::Cuff cuff;
  cuff.measured({121, 81, 61, 1u, 10});
  cuff.measured({132, 92, 72, 2u, 20});
  cuff.measured({143, 93, 73, {}, 30});
  Bench bench;
  bench.bluez->add(cuff, kOne, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return count(bench, "blood_pressure_systolic") == 3; }));
  REQUIRE(bench.until([&] { return !bench.bluez->is_connected(kOne); }));
  CHECK(bench.sink.of("blood_pressure_systolic", "ble-C00000000001/user-1").at(0).value.text() == "121");
  CHECK(bench.sink.of("blood_pressure_systolic", "ble-C00000000001/user-2").at(0).value.text() == "132");
  CHECK(bench.sink.of("blood_pressure_systolic", "ble-C00000000001").at(0).value.text() == "143");
  CHECK(bench.sink.of("blood_pressure_systolic", "ble-C00000000001/user-1").at(0).device_time ==
        DeviceTime{1'709'622'600'000'000});
  CHECK(bench.sink.of("sensor_packet", "ble-C00000000001/user-1").size() == 3);
  REQUIRE(cuff.writes.size() == 1);
  CHECK(cuff.writes[0].uuid == 0x2A2B);
  CHECK(cuff.writes[0].octets.size() == 10);
  CHECK(bench.sink.of("sensor_clock_offset").size() == 1);
}

TEST_CASE("what a cuff sends again is taken once, also after a restart") {
  test::Cuff cuff;
  cuff.measured({121, 81, 61, 1u, 10});
  Bench bench;
  bench.bluez->add(cuff, kOne, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return count(bench, "blood_pressure_systolic") == 1; }));
  REQUIRE(bench.stop());
  cuff.measured({121, 81, 61, 1u, 10});
  cuff.measured({122, 82, 62, 1u, 11});
  bench.start();
  REQUIRE(bench.until([&] { return count(bench, "blood_pressure_systolic") >= 2 && cuff.unsent() == 0; }));
  bench.run_for(300ms);
  CHECK(count(bench, "blood_pressure_systolic") == 2);
}

TEST_CASE("an unbonded sensor is refused until it is bonded") {
  test::HeartRateBelt belt;
  Bench bench;
  bench.settings.unbonded = "refuse";
  bench.bluez->add(belt, kOne);
  bench.start();
  bench.run_for(1500ms);
  CHECK(bench.sink.recorded.empty());
  CHECK(bench.bluez->connects(kOne) == 0);
}

TEST_CASE("an unbonded sensor is read when the settings list it, under its name") {
  test::HeartRateBelt belt;
  Bench bench;
  bench.settings.sensors.push_back({"belt-3", kOne, "automatic", "", 0ms});
  bench.bluez->add(belt, kOne);
  bench.start();
  CHECK(bench.until([&] { return !bench.sink.of("heart_rate_strap", "ble-belt-3").empty(); }));
}

TEST_CASE("packets come over a socket where the model wants it") {
  test::HeartRateBelt belt;
  Bench bench;
  bench.settings.sensors.push_back({"belt", kOne, "socket", "", 0ms});
  bench.bluez->add(belt, kOne);
  bench.start();
  CHECK(bench.until([&] { return count(bench, "heart_rate_strap") > 3; }));
}

TEST_CASE("a stream's value from before the connection is not taken for a new one") {
  test::HeartRateBelt belt;
  Behaviour stale = bonded();
  stale.stale_uuid = 0x2A37;
  stale.stale_value = {0x00, 199};
  Bench bench;
  bench.bluez->add(belt, kOne, stale);
  bench.start();
  REQUIRE(bench.until([&] { return count(bench, "heart_rate_strap") > 3; }));
  for (const Taken& beat : bench.sink.of("heart_rate_strap")) CHECK(beat.value.text() == "72");
}

TEST_CASE("a sensor that never answers delays no other") {
  test::HeartRateBelt belt, stuck("Stuck"), mute("Mute");
  Behaviour hangs = bonded(), silent = bonded();
  hangs.connect_hangs = true;
  silent.attributes_hang = true;
  Bench bench;
  bench.bluez->add(stuck, kTwo, hangs);
  bench.bluez->add(mute, "C0:00:00:00:00:03", silent);
  bench.bluez->add(belt, kOne, bonded());
  bench.start();
  CHECK(bench.until([&] { return count(bench, "heart_rate_strap") > 10; }, 5s));
  CHECK(bench.bluez->connects(kTwo) == 1);
  CHECK(bench.stop());
}

TEST_CASE("a flood of 1,000 notifications a second is recorded") {
  test::HeartRateBelt belt;
  belt.packets_a_tick = 100;
  Bench bench;
  bench.bluez->add(belt, kOne, bonded());
  bench.start();
  CHECK(bench.until([&] { return count(bench, "heart_rate_strap") >= 2000; }));
  CHECK(bench.stop());
}

TEST_CASE("garbage is refused, and what is sound is still recorded") {
  struct Garbage : test::HeartRateBelt {
    void tick() override {
      send(0x2A37, {});
      send(0x2A37, {0x01});
      send(0x2A37, test::Octets(300, 0xFF));
      HeartRateBelt::tick();
    }
  } belt;
  Bench bench;
  bench.bluez->add(belt, kOne, bonded());
  bench.start();
  CHECK(bench.until([&] { return count(bench, "heart_rate_strap") > 5; }));
}

TEST_CASE("readings flow again after bluetoothd was killed and is back") {
  test::HeartRateBelt belt;
  Bench bench;
  bench.bluez->add(belt, kOne, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return count(bench, "heart_rate_strap") > 3; }));
  bench.bluez.reset();
  belt.disconnected();
  bench.run_for(500ms);
  const std::size_t before = count(bench, "heart_rate_strap");
  bench.bluez = std::make_unique<test::FakeBluez>(bench.loop, bench.bus.address());
  bench.bluez->add(belt, kOne, bonded());
  CHECK(bench.until([&] { return count(bench, "heart_rate_strap") > before + 3; }));
  CHECK(bench.running());
}

TEST_CASE("readings flow again when the adapter is plugged in again") {
  test::HeartRateBelt belt;
  Bench bench;
  bench.bluez->add(belt, kOne, bonded());
  bench.start();
  REQUIRE(bench.until([&] { return count(bench, "heart_rate_strap") > 3; }));
  bench.bluez->unplug();
  bench.run_for(500ms);
  const std::size_t before = count(bench, "heart_rate_strap");
  bench.bluez->plug();
  CHECK(bench.until([&] { return count(bench, "heart_rate_strap") > before + 3; }));
}

TEST_CASE("connecting that fails again and again ends in a power cycle, and the bond stays") {
  test::HeartRateBelt belt;
  Behaviour stubborn = bonded();
  stubborn.refused_connects = Recovery::kBeforePowerCycle;
  Bench bench;
  bench.bluez->add(belt, kOne, stubborn);
  bench.start();
  REQUIRE(bench.until([&] { return bench.bluez->power_cycles() == 1; }, 60s));
  CHECK(bench.until([&] { return count(bench, "heart_rate_strap") > 3; }));
  CHECK(bench.bluez->is_bonded(kOne));
}

TEST_CASE("a sensor that only advertises is read without a connection") {
  test::Peripheral room("Room", {});
  Behaviour advertising;
  advertising.service_data["0000fcd2-0000-1000-8000-00805f9b34fb"] = {0x40, 0x01, 0x61, 0x02, 0xCA, 0x09};
  Bench bench;
  bench.settings.sensors.push_back({"room", kOne, "automatic", "", 0ms});
  bench.bluez->add(room, kOne, advertising);
  bench.start();
  REQUIRE(bench.until([&] { return count(bench, "room_temperature") == 1; }));
  CHECK(bench.sink.of("room_temperature", "ble-room").at(0).value.text() == "25.06");
  bench.run_for(1500ms);
  CHECK(count(bench, "room_temperature") == 1);
  CHECK(bench.bluez->connects(kOne) == 0);
}

// The outcome of one attempt, the passkey being typed.
std::optional<Result<void>> paired(Bench& bench, std::uint32_t typed) {
  auto bus = dbus::Bus::open(bench.loop.get_executor(), bench.bus.address());
  Bluez bluez(bench.loop.get_executor(), std::move(*bus));
  PairingTalk talk;
  talk.ask_passkey = [typed] { return typed; };
  std::optional<Result<void>> outcome;
  auto attempt = [&]() -> asio::awaitable<Result<void>> {
    const Result<void> attached = co_await bluez.attach();
    if (!attached) co_return attached;
    const Result<void> done = co_await pair(bluez, "/org/bluez/hci0/dev_C0_00_00_00_00_01", talk);
    co_return done;
  };
  asio::co_spawn(bench.loop, attempt(), [&](std::exception_ptr, Result<void> result) { outcome = result; });
  bench.until([&] { return outcome.has_value(); });
  return outcome;
}

TEST_CASE("pairing asks for the passkey, and a wrong one makes no bond") {
  test::HeartRateBelt belt;
  Bench bench;
  bench.settings.unbonded = "refuse";
  Behaviour shows_passkey;
  shows_passkey.passkey = "123456";
  bench.bluez->add(belt, kOne, shows_passkey);
  bench.start();  // discovers
  bench.run_for(500ms);
  const auto wrong = paired(bench, 654321);
  REQUIRE((wrong && !*wrong));
  CHECK(wrong->error().sentence() == "the sensor refused: a wrong passkey, or it is not in pairing mode");
  CHECK_FALSE(bench.bluez->is_bonded(kOne));
  const auto right = paired(bench, 123456);
  REQUIRE((right && *right));
  CHECK(bench.bluez->is_bonded(kOne));
  CHECK(bench.until([&] { return count(bench, "heart_rate_strap") > 3; }));  // by the running driver, at once
}

TEST_CASE("without a message bus the driver fails with a sentence") {
  ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", 1);
  Bench bench;
  bench.settings.bus.clear();
  bench.start();
  const bool ended = bench.until([&] { return !bench.running(); });
  ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
  REQUIRE(ended);
  CHECK(bench.failure.find("the system message bus: ") == 0);
}

}  // namespace
}  // namespace vitald::ble
