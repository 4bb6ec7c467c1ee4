#include "drivers/zigbee2mqtt/decoder.hpp"

#include <catch2/catch.hpp>

#include "drivers/zigbee2mqtt/attention.hpp"

namespace vitald::zigbee2mqtt {
namespace {

using Texts = std::vector<std::string>;

Texts told(const std::string& json, const Wiring& wiring = {}, bool retained = false) {
  const Result<std::vector<Told>> state = decode_state(json, wiring, retained);
  REQUIRE(state.ok());
  Texts all;
  for (const Told& each : *state) all.push_back(std::string(each.metric->key) + " " + each.value.text());
  return all;
}

TEST_CASE("a state is told as metrics, by the device's role") {
  const struct {
    Role role;
    std::string json;
    Texts expected;
  } table[] = {
      {Role::sensor, R"({"occupancy":true,"battery":97,"linkquality":120})", {"battery_level 97", "motion 1"}},
      {Role::sensor, R"({"temperature":21.35,"humidity":48.1})", {"room_humidity 48.1", "room_temperature 21.35"}},
      {Role::sensor, R"({"water_leak":true,"tamper":false})", {"water 1"}},
      {Role::sensor,
       R"({"smoke":false,"gas":true,"carbon_monoxide":false})",
       {"carbon_monoxide 0", "gas 1", "smoke 0"}},
      {Role::door, R"({"contact":false})", {"door_open 1"}},
      {Role::exit_door, R"({"contact":false})", {"door_open 1", "property_exit 1"}},
      {Role::exit_door, R"({"contact":true})", {"door_open 0", "property_exit 0"}},
      {Role::bed_mat, R"({"contact":true})", {"bed_occupancy 1"}},
      {Role::bed_mat, R"({"occupancy":false})", {"bed_occupancy 0"}},
      {Role::chair_mat, R"({"occupancy":true})", {"chair_occupancy 1"}},
      {Role::button, R"({"action":"single","battery":100})", {"battery_level 100", "sos 1"}},
      {Role::button, R"({"action":"hold_release"})", {}},
      {Role::button, R"({"action":""})", {}},
      {Role::button, R"({"action":null,"battery":null})", {}},
      {Role::sensor, R"({"action":"single"})", {}},
      {Role::sensor, R"({"occupancy":1,"battery":"full","contact":"on"})", {}},
      {Role::sensor, R"({})", {}},
  };
  for (const auto& [role, json, expected] : table) {
    INFO(json);
    CHECK(told(json, {role, {}, false}) == expected);
  }
}

TEST_CASE("a kept message presses no button") {
  CHECK(told(R"({"action":"single","battery":50})", {Role::button, {}, false}, true) == Texts{"battery_level 50"});
}

TEST_CASE("only the actions that are listed are calls") {
  const Wiring wiring{Role::button, {"emergency"}, false};
  CHECK(told(R"({"action":"emergency"})", wiring) == Texts{"sos 1"});
  CHECK(told(R"({"action":"arm_all_zones"})", wiring).empty());
}

TEST_CASE("an inverted contact means the opposite") {
  CHECK(told(R"({"contact":true})", {Role::bed_mat, {}, true}) == Texts{"bed_occupancy 0"});
  CHECK(told(R"({"occupancy":true})", {Role::sensor, {}, true}) == Texts{"motion 0"});
}

TEST_CASE("what is no state is refused") {
  for (const std::string text : {"", "offline", "[1]", "{", "{\"a\":", "\xff\xfe", "null"}) {
    INFO(text);
    CHECK_FALSE(decode_state(text, {}, false).ok());
  }
  CHECK_FALSE(decode_state("{\"a\":\"" + std::string(20'000, 'x') + "\"}", {}, false).ok());
  CHECK(decode_state("{\"a\":" + std::string(8000, '[') + std::string(8000, ']') + "}", {}, false).ok());
}

TEST_CASE("availability is bare or an object") {
  CHECK(decode_online("online") == true);
  CHECK(decode_online("offline") == false);
  CHECK(decode_online(R"({"state":"online"})") == true);
  CHECK(decode_online(R"({"state":"offline"})") == false);
  for (const std::string text : {"", "on", "{}", R"({"state":1})", "[]"}) CHECK_FALSE(decode_online(text).has_value());
}

struct Watched {
  std::vector<std::string> tell(const std::string& json, std::int64_t at_ms) {
    std::vector<Reading> out;
    const auto state = decode_state(json, device.wiring(), false);
    device.tell(*state, boot_time(at_ms * 1000), out);
    return texts(out);
  }
  static std::vector<std::string> texts(const std::vector<Reading>& readings) {
    std::vector<std::string> all;
    for (const Reading& reading : readings)
      all.push_back(std::string(reading.metric->key) + " " + reading.value.text());
    return all;
  }
  Attention device{{"leak", {}}, {}, std::chrono::seconds(60)};
};

TEST_CASE("an alarm is told when it begins and when it ends, not while nothing is wrong") {
  Watched watched;
  CHECK(watched.tell(R"({"water_leak":false})", 0).empty());
  CHECK(watched.tell(R"({"water_leak":true})", 1) == Texts{"water 1"});
  CHECK(watched.tell(R"({"water_leak":true})", 100'000).empty());
  CHECK(watched.tell(R"({"water_leak":false})", 100'001) == Texts{"water 0"});
}

TEST_CASE("numbers are told once an interval, states also when they change") {
  Watched watched;
  CHECK(watched.tell(R"({"battery":90,"occupancy":true})", 0).size() == 2);
  CHECK(watched.tell(R"({"battery":89,"occupancy":true})", 1000).empty());
  CHECK(watched.tell(R"({"battery":89,"occupancy":false})", 2000) == Texts{"motion 0"});
  CHECK(watched.tell(R"({"battery":89,"occupancy":false})", 62'000).size() == 2);
}

TEST_CASE("a device is out of reach from the first reason on until the last is gone") {
  Watched watched;
  std::vector<Reading> out;
  watched.device.device_online(true, boot_time(0), out);
  CHECK(out.empty());
  watched.device.device_online(false, boot_time(1), out);
  watched.device.bridge_online(false, boot_time(2), out);
  watched.device.device_online(true, boot_time(3), out);
  CHECK(Watched::texts(out) == Texts{"sensor_offline 1"});
  watched.device.bridge_online(true, boot_time(4), out);
  CHECK(Watched::texts(out) == Texts{"sensor_offline 1", "sensor_offline 0"});
}

}  // namespace
}  // namespace vitald::zigbee2mqtt
