// Half a minute of resident 1 of seed 1, recorded once: it must never change unnoticed.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "drivers/simulated/settings.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr auto kRecorded = "drivers/simulated/transcript.txt";

SimulatedSettings recorded_settings() {
  SimulatedSettings settings;
  settings.ecg_hz = 100;
  settings.pleth_hz = 25;
  settings.scenes = {
      {5s, 10s, 1, "desaturation"}, {12s, 5s, 1, "sos"}, {20s, 3s, 1, "sensor_off"}, {24s, 2s, 1, "silent"}};
  return settings;
}

std::string value(const Reading& reading) { return reading.value.is_number() ? reading.value.text() : "-"; }

// One line a reading: instant, sensor, metric, value, quality, and the meter's own time and number.
std::string line(const Reading& reading) {
  std::ostringstream out;
  out << us(reading.time) << ' ' << reading.sensor->id << ' ' << reading.metric->key << ' ' << value(reading) << ' '
      << reading.quality;
  if (reading.record_number) out << ' ' << reading.device_time->us << " #" << *reading.record_number;
  return out.str() + "\n";
}

// One line a block of a waveform: the first sample's instant and quality, then all values.
std::string line(const std::vector<Reading>& block) {
  if (block.empty()) return {};
  const Reading& first = block.front();
  std::ostringstream out;
  out << us(first.time) << ' ' << first.sensor->id << ' ' << first.metric->key << " @" << first.rate << ' '
      << first.quality;
  for (const Reading& sample : block)
    out << ' ' << (sample.value.is_number() ? std::to_string(sample.value.mantissa()) : "-");
  return out.str() + "\n";
}

std::string transcript() {
  const auto ward = recorded_settings().ward("ward");
  std::string text;
  for (BootTime now = boot_time(0); now < boot_time(0) + 27s; now += 500ms) {
    Measured measured;
    (*ward)->advance(now, measured);
    for (const Reading& reading : measured.singles) text += line(reading);
    text += line(measured.ecg) + line(measured.pleth);
    for (const Record& record : measured.records)
      for (const Reading& reading : record.readings) text += line(reading);
  }
  return text;
}

TEST_CASE("seed 1 lives the day that was recorded") {
  std::stringstream recorded;
  recorded << std::ifstream(kRecorded).rdbuf();
  const std::string lived = transcript();
  const auto instead = std::filesystem::temp_directory_path() / "vitald-simulated-transcript.txt";
  if (lived != recorded.str()) std::ofstream(instead) << lived;
  INFO("it lived " << instead << " instead: if the change is meant, that is the new " << kRecorded);
  CHECK((lived == recorded.str()));
}

}  // namespace
}  // namespace vitald
