// What `vitald sensors capture` wrote down, replayed: testdata/NAME.capture must give testdata/NAME.readings.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "drivers/ble/intake.hpp"
#include "drivers/ble/models.hpp"
#include "drivers/gatt/date_time.hpp"

namespace vitald::ble {
namespace {

// One line a reading, as they come.
struct Lines : ReadingSink {
  void record(std::span<const Reading> readings) override {
    for (const Reading& r : readings) {
      if (r.metric->key == "sensor_packet") continue;
      text +=
          r.sensor->id + ' ' + std::string(r.metric->key) + ' ' + r.value.text() + ' ' + std::string(r.metric->unit);
      text += (r.device_time ? ' ' + vitald::text(*r.device_time) : "") + '\n';
    }
  }
  asio::awaitable<Result<void>> commit(std::span<const Reading> readings, const Cursor&) override {
    record(readings);
    co_return Result<void>();
  }
  Cursor cursor(std::string_view) const override { return {}; }
  std::string text;
};

std::vector<std::uint8_t> octets_of(const std::string& digits) {
  std::vector<std::uint8_t> octets;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    octets.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
  return octets;
}

std::string replayed(const std::filesystem::path& capture) {
  Lines lines;
  SensorSet sensors("sensor", {});
  Intake intake(lines, sensors, "", "");
  std::ifstream file(capture);
  for (std::string line; std::getline(file, line);) {
    const auto packet = nlohmann::json::parse(line);
    if (!packet.contains("octets") || packet["how"] == "read") continue;
    const auto uuid = static_cast<std::uint16_t>(std::stoul(packet["characteristic"].get<std::string>(), nullptr, 16));
    const Measurement* measurement = find_measurement(uuid);
    const SentAt sent{uuid, octets_of(packet["octets"]), boot_time(packet["ms"].get<std::int64_t>() * 1000)};
    if (measurement->kind == Kind::live) intake.live(sent);
    if (measurement->kind == Kind::record || measurement->kind == Kind::stored) intake.record(sent);
    intake.give_up();
  }
  return lines.text;
}

TEST_CASE("every capture gives the readings that are expected of it") {
  for (const auto& entry : std::filesystem::directory_iterator("drivers/ble/testdata")) {
    if (entry.path().extension() != ".capture") continue;
    INFO(entry.path());
    std::stringstream expected;
    expected << std::ifstream(std::filesystem::path(entry.path()).replace_extension(".readings")).rdbuf();
    CHECK(replayed(entry.path()) == expected.str());
  }
}

}  // namespace
}  // namespace vitald::ble
