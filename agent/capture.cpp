#include "agent/capture.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "drivers/ble/connection.hpp"
#include "drivers/ble/models.hpp"
#include "drivers/ble/uuid.hpp"
#include "drivers/gatt/packet_reader.hpp"
#include "platform/linux/clock.hpp"

namespace vitald {
namespace {

using Json = nlohmann::ordered_json;
using ble::Octets;

constexpr std::uint16_t kSystemId = 0x2A23, kSerialNumber = 0x2A25;

std::string four_digits(std::uint16_t uuid) { return ble::full_uuid(uuid).substr(4, 4); }

// The octets of "A4:C1:38:01:02:03", and the same the other way round, as devices send them.
std::vector<Octets> forms_of(const std::string& address) {
  Octets octets;
  for (std::size_t i = 0; i + 1 < address.size(); i += 3)
    octets.push_back(static_cast<std::uint8_t>(std::stoul(address.substr(i, 2), nullptr, 16)));
  Octets reversed(octets.rbegin(), octets.rend());
  return {octets, reversed};
}

Octets redacted(Octets octets, const std::vector<Octets>& secrets) {
  for (const Octets& secret : secrets)
    for (auto at = octets.begin(); !secret.empty();) {
      at = std::search(at, octets.end(), secret.begin(), secret.end());
      if (at == octets.end()) break;
      std::fill_n(at, secret.size(), std::uint8_t{0});
    }
  return octets;
}

class Log {
 public:
  Log(std::ostream& out, std::vector<Octets> secrets) : out_(out), secrets_(std::move(secrets)), begun_(boot_now()) {}

  void head(const std::vector<ble::Characteristic>& characteristics) {
    Json list = Json::array();
    for (const ble::Characteristic& c : characteristics)
      if (c.uuid != 0)
        list.push_back(
            {{"service", four_digits(c.service)}, {"characteristic", four_digits(c.uuid)}, {"flags", c.flags}});
    write({{"vitald_capture", 1}, {"characteristics", list}});
  }
  void packet(const ble::Characteristic& c, const char* how, const Octets& octets) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(boot_now() - begun_).count();
    write({{"ms", ms},
           {"characteristic", four_digits(c.uuid)},
           {"how", how},
           {"octets", hex(redacted(octets, secrets_))}});
  }

 private:
  void write(const Json& line) { out_ << line.dump() << "\n" << std::flush; }

  std::ostream& out_;
  std::vector<Octets> secrets_;
  BootTime begun_;
};

asio::awaitable<void> read_all(ble::Connection& connection, const std::vector<ble::Characteristic>& all, Log& log) {
  for (const ble::Characteristic& c : all) {
    const bool personal = c.uuid == kSystemId || c.uuid == kSerialNumber;
    if (c.uuid == 0 || personal || !c.can("read") || !connection.connected()) continue;
    const Result<Octets> octets = co_await connection.read(c);
    if (octets) log.packet(c, "read", *octets);
  }
}

asio::awaitable<void> subscribe_all(ble::Connection& connection, const std::vector<ble::Characteristic>& all,
                                    Log& log) {
  for (const ble::Characteristic& c : all) {
    if (ble::find_measurement(c.uuid) == nullptr || !(c.can("notify") || c.can("indicate"))) continue;
    const char* how = c.can("indicate") ? "indication" : "notification";
    connection.hear(c, [&log, c, how](const Octets& octets) { log.packet(c, how, octets); });
    const Result<void> subscribed = co_await connection.subscribe(c, ble::Subscription::signals, false);
    if (!subscribed) std::cerr << "vitald: " << four_digits(c.uuid) << ": " << ble::plain(subscribed.error()) << "\n";
  }
}

}  // namespace

asio::awaitable<Result<void>> capture(ble::Bluez& bluez, const std::string& device, const std::string& output,
                                      Microseconds span) {
  std::ofstream file;
  if (!output.empty()) file.open(output);
  if (!output.empty() && !file) co_return Error(Code::io, output + " cannot be written");
  Log log(output.empty() ? std::cout : file,
          forms_of(bluez.get<std::string>(device, ble::interface::kDevice, "Address", "")));
  ble::Connection connection(bluez, device);
  const Result<void> opened = co_await connection.open();
  if (!opened) co_return opened.error().in("connecting");
  const std::vector<ble::Characteristic> all = connection.characteristics();
  log.head(all);
  co_await subscribe_all(connection, all, log);
  co_await read_all(connection, all, log);
  std::function<bool()> gone = [&connection] { return !connection.connected(); };
  co_await bluez.wait(std::move(gone), span);
  co_await connection.close();
  co_return Result<void>();
}

}  // namespace vitald
