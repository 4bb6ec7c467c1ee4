#include "drivers/serial/settings.hpp"

#include <algorithm>

#include "drivers/serial/serial_driver.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

// A stored record has no times, so it is only for `vitald decode`.
const std::vector<std::string> kLive = {"cms50", "ld2410", "ld2450", "mr60bha1", "mr60bha2", "r60abd1"};
const std::vector<std::string> kParities = {"auto", "none", "even", "odd"};
constexpr std::int64_t kFastest = 4'000'000;

bool is_hex(const std::string& text) {
  return text.size() % 2 == 0 && std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c) != 0; });
}

// "Is somebody there?": in an empty room these radars say nothing by themselves.
constexpr const char* kAskPresence = "5359808100010fbd5443";
// The oximeters' newest firmware sends only when told to.
constexpr const char* kSendLive = "7d81a1808080808080";
constexpr std::uint32_t kNewestRate = 115'200;

std::vector<std::uint8_t> octets_of(const std::string& hex) {
  std::vector<std::uint8_t> octets;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    octets.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return octets;
}

bool is_name(const std::string& text) { return text.empty() || SerialName::parse(text).ok(); }

}  // namespace

void SerialSettings::declare(config::Declaration& d) {
  d.choice("protocol", protocol, kLive, "What the sensor speaks.");
  d.required("protocol");
  d.text("device", device,
         "Which tty: a path that stays (/dev/serial/by-id/...), or usb:VENDOR:PRODUCT[:SERIAL][@PORT] of its adapter.");
  d.required("device");
  d.integer("baud", baud, {0, kFastest}, "The line's rate; 0: the protocol's usual one.");
  d.choice("parity", parity, kParities, "The line's parity; auto: the protocol's usual one.");
  d.text(
      "start", start,
      "Octets in hexadecimal to send when the line opens, and again after 10 s of silence; empty: the protocol's usual "
      "ones.");
  d.duration("silent_after_s", silent_after, {0s, 24h}, "The sensor counts as silent after that long; 0: never.");
  d.duration("interval_ms", rules.interval, {0s, 1h},
             "Shortest time between two readings of one metric. A change of state (presence, bed) is never held back.");
  d.boolean("waveforms", rules.waveforms, "Record waveforms too, where the sensor sends them.");
  d.rule(is_hex(start), "start must be whole octets in hexadecimal, without spaces");
  d.rule(is_name(device), "device must be a path or usb:VENDOR:PRODUCT[:SERIAL][@PORT]");
}

// Contec's sheet says 4800 8O1; units with a USB cable speak 19200 8O1, newest firmware 115200 8N1.
SerialLine SerialSettings::line() const {
  const bool oximeter = protocol == "cms50", hilink = protocol.starts_with("ld24");
  SerialLine line{oximeter ? 19200u : hilink ? 256000u : 115200u, Parity::none};
  if (baud != 0) line.baud = baud;
  if (oximeter && line.baud <= 19200) line.parity = Parity::odd;
  if (parity == "none") line.parity = Parity::none;
  if (parity == "even") line.parity = Parity::even;
  if (parity == "odd") line.parity = Parity::odd;
  return line;
}

std::string SerialSettings::start_octets() const {
  if (!start.empty()) return start;
  if (protocol == "r60abd1" || protocol == "mr60bha1") return kAskPresence;
  return protocol == "cms50" && line().baud == kNewestRate ? kSendLive : "";
}

Result<std::unique_ptr<Driver>> SerialSettings::create(const std::string& id, const DriverContext& context) const {
  const Result<SerialName> name = SerialName::parse(device);
  if (!name) return name.error().in("device");
  SerialWiring wiring{*name, line(), octets_of(start_octets()), rules};
  const Sensor sensor{id, silent_after};
  return std::unique_ptr<Driver>(
      std::make_unique<SerialDriver>(sensor, *find_serial_protocol(protocol), std::move(wiring), context));
}

std::unique_ptr<DriverSettings> serial_settings() { return std::make_unique<SerialSettings>(); }

}  // namespace vitald
