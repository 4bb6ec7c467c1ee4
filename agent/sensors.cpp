#include "agent/sensors.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "agent/capture.hpp"
#include "agent/settings.hpp"
#include "drivers/ble/adapter.hpp"
#include "drivers/ble/models.hpp"
#include "drivers/ble/pairing.hpp"
#include "drivers/ble/settings.hpp"
#include "drivers/ble/uuid.hpp"
#include "platform/config/reader.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;
using ble::Adapter;
using ble::Bluez;
using Json = nlohmann::ordered_json;

constexpr int kDone = 0, kFailed = 1, kWrong = 2;
constexpr Microseconds kAdapterSpan = 3s;
constexpr auto kFindSpan = 30s;

struct Found {
  std::string path, address, name, model;
  std::vector<std::string> kinds;
  std::optional<std::int64_t> rssi;
  bool bonded, connected;
};

struct Radio {
  Bluez& bluez;
  Adapter& adapter;
};
using Work = std::function<asio::awaitable<Result<void>>(Radio radio)>;

// The Bluetooth driver's settings, when there is a configuration that has one.
ble::BleSettings driver_settings(const SensorsRequest& request) {
  ble::BleSettings found;
  Settings settings;
  const auto declare = [&](config::Declaration& d) { settings.declare(d); };
  if (::access(request.config.c_str(), R_OK) == 0 && config::read_file(request.config, declare))
    for (const DriverEntry& entry : settings.drivers)
      if (const auto* own = dynamic_cast<const ble::BleSettings*>(entry.settings.get())) found = *own;
  if (!request.adapter.empty()) found.adapter = request.adapter;
  if (!request.bus.empty()) found.bus = request.bus;
  return found;
}

asio::awaitable<Result<void>> with_radio(asio::io_context& loop, const SensorsRequest& request, const Work& work) {
  const ble::BleSettings settings = driver_settings(request);
  Result<std::unique_ptr<dbus::Bus>> bus = dbus::Bus::open(loop.get_executor(), settings.bus);
  if (!bus) co_return bus.error();
  Bluez bluez(loop.get_executor(), std::move(*bus));
  const Result<void> attached = co_await bluez.attach();
  if (!attached) co_return attached;
  Adapter adapter(bluez, settings.adapter);
  const Result<void> opened = co_await adapter.open(kAdapterSpan);
  if (!opened) co_return opened;
  const Radio radio{bluez, adapter};
  const Result<void> done = co_await work(radio);
  co_return done;
}

int run(const SensorsRequest& request, const Work& work) {
  asio::io_context loop(1);
  Result<void> result = Error(Code::internal, "it did not end");
  auto ended = [&](std::exception_ptr failure, Result<void> own) {
    result = failure ? Result<void>(Error(Code::internal, "an exception")) : std::move(own);
    loop.stop();
  };
  asio::co_spawn(loop, with_radio(loop, request, work), ended);
  loop.run();
  if (result) return kDone;
  std::cerr << "vitald: " << result.error().sentence() << "\n";
  return result.error().code() == Code::invalid ? kWrong : kFailed;
}

std::vector<std::string> kinds_of(const Bluez& bluez, const std::string& path) {
  std::vector<std::string> kinds;
  const auto add = [&](const std::string& uuid) {
    const auto service = ble::short_uuid(uuid);
    const std::string_view kind = service ? ble::kind_of_service(*service) : "";
    if (!kind.empty() && std::ranges::find(kinds, kind) == kinds.end()) kinds.emplace_back(kind);
  };
  for (const dbus::Value& uuid : bluez.get<dbus::Values>(path, ble::interface::kDevice, "UUIDs", {}))
    add(uuid.or_else<std::string>(""));
  for (const auto& [uuid, _] : bluez.get<dbus::Dictionary>(path, ble::interface::kDevice, "ServiceData", {})) add(uuid);
  return kinds;
}

Found found_at(const Bluez& bluez, const std::string& path) {
  const auto text = [&](const char* name) { return bluez.get<std::string>(path, ble::interface::kDevice, name, ""); };
  const auto flag = [&](const char* name) { return bluez.get(path, ble::interface::kDevice, name, false); };
  Found found{path, text("Address"), text("Name"), {}, kinds_of(bluez, path), {}, flag("Paired"), flag("Connected")};
  found.model = ble::model_of("", found.name).name;
  const std::int64_t none = 999;
  const std::int64_t rssi = bluez.get(path, ble::interface::kDevice, "RSSI", none);
  if (rssi != none) found.rssi = rssi;
  return found;
}

std::vector<Found> all_found(const Radio& radio) {
  std::vector<Found> all;
  for (const std::string& path : radio.bluez.paths(ble::interface::kDevice, radio.adapter.path()))
    all.push_back(found_at(radio.bluez, path));
  return all;
}

Json json_of(const Found& found) {
  Json json{{"address", found.address}, {"name", found.name},     {"kinds", found.kinds},
            {"model", found.model},     {"bonded", found.bonded}, {"connected", found.connected}};
  json["rssi_dbm"] = found.rssi ? Json(*found.rssi) : Json();
  return json;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "-" : text;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text + "  ";
}

void print(const std::vector<Found>& all, bool json) {
  if (json) {
    Json list = Json::array();
    for (const Found& found : all) list.push_back(json_of(found));
    std::cout << Json{{"sensors", list}}.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
    return;
  }
  if (all.empty()) std::cout << "none\n";
  for (const Found& found : all)
    std::cout << padded(found.address, 17) << padded(found.name.empty() ? "-" : found.name, 20)
              << padded(joined(found.kinds), 24) << padded(found.rssi ? std::to_string(*found.rssi) + " dBm" : "", 8)
              << (found.bonded ? "bonded" : "new") << (found.connected ? ", connected" : "") << "\n";
}

asio::awaitable<void> discover(const Radio& radio, Microseconds span) {
  const ble::Discovery discovery{span, false};
  co_await (radio.adapter.discover(discovery) || sleep_for(span));
}

// Scans when bluetoothd does not know it. "" = nowhere.
asio::awaitable<std::string> find(const Radio& radio, std::string address, bool scan) {
  std::ranges::transform(address, address.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string path;
  std::function<bool()> known = [&radio, &path, address] {
    for (const Found& found : all_found(radio))
      if (found.address == address) path = found.path;
    return !path.empty();
  };
  if (known() || !scan) co_return path;
  co_await (discover(radio, kFindSpan) || radio.bluez.wait(std::move(known), kFindSpan));
  co_await radio.adapter.stop_discovery();  // some controllers cannot connect meanwhile
  co_return path;
}

Error not_found(const SensorsRequest& request) {
  return {Code::not_found,
          request.address + " is not in reach: switch it on, and look for it with `vitald sensors scan`"};
}

std::optional<std::uint32_t> passkey_of(const std::string& text) {
  if (text.empty() || text.size() > 6 || !std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c); }))
    return {};
  return static_cast<std::uint32_t>(std::stoul(text));
}

std::string six_digits(std::uint32_t number) {
  std::string digits = std::to_string(number);
  return std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

std::string ask(const std::string& question) {
  std::cerr << question << std::flush;
  std::string line;
  std::getline(std::cin, line);
  return line;
}

ble::PairingTalk talk_of(const SensorsRequest& request) {
  const bool terminal = ::isatty(STDIN_FILENO) != 0;
  ble::PairingTalk talk;
  talk.has_person = terminal || request.passkey.has_value();
  talk.ask_passkey = [request, terminal] {
    if (request.passkey) return passkey_of(*request.passkey);
    return terminal ? passkey_of(ask("Passkey that the sensor shows: ")) : std::nullopt;
  };
  talk.show_passkey = [](std::uint32_t key) { std::cerr << "Type on the sensor: " << six_digits(key) << "\n"; };
  talk.same_number = [request, terminal](std::uint32_t number) {
    if (request.passkey) return passkey_of(*request.passkey) == number;
    return terminal && ask("Does the sensor show " + six_digits(number) + "? [y/n] ").starts_with("y");
  };
  return talk;
}

}  // namespace

int scan_sensors(const SensorsRequest& request) {
  return run(request, [&](Radio radio) -> asio::awaitable<Result<void>> {
    co_await discover(radio, std::chrono::seconds(request.seconds));
    std::vector<Found> all = all_found(radio);
    std::erase_if(all, [&](const Found& found) { return found.kinds.empty() && !found.bonded && !request.all; });
    print(all, request.json);
    co_return Result<void>();
  });
}

int list_sensors(const SensorsRequest& request) {
  return run(request, [&](Radio radio) -> asio::awaitable<Result<void>> {
    std::vector<Found> all = all_found(radio);
    std::erase_if(all, [](const Found& found) { return !found.bonded; });
    print(all, request.json);
    co_return Result<void>();
  });
}

int pair_sensor(const SensorsRequest& request) {
  if (request.passkey && !passkey_of(*request.passkey)) {
    std::cerr << "vitald: --passkey: at most six digits\n";
    return kWrong;
  }
  return run(request, [&](Radio radio) -> asio::awaitable<Result<void>> {
    const std::string path = co_await find(radio, request.address, true);
    if (path.empty()) co_return not_found(request);
    const ble::PairingTalk talk = talk_of(request);
    const Result<void> paired = co_await ble::pair(radio.bluez, path, talk);
    if (!paired) co_return paired.error().in("pairing with " + request.address);
    const std::vector<Found> one{found_at(radio.bluez, path)};
    print(one, request.json);
    co_return Result<void>();
  });
}

int forget_sensor(const SensorsRequest& request) {
  return run(request, [&](Radio radio) -> asio::awaitable<Result<void>> {
    const std::string path = co_await find(radio, request.address, false);
    if (path.empty())
      co_return Error(Code::not_found, request.address + " is not known here: see `vitald sensors list`");
    dbus::Values arguments{path};
    dbus::Call remove{{}, radio.adapter.path(), ble::interface::kAdapter, "RemoveDevice", "o", std::move(arguments)};
    const Result<dbus::Values> removed = co_await radio.bluez.call(std::move(remove), kAdapterSpan);
    if (!removed) co_return removed.error().in("forgetting " + request.address);
    if (request.json) std::cout << Json{{"forgotten", request.address}}.dump() << "\n";
    co_return Result<void>();
  });
}

int capture_sensor(const SensorsRequest& request) {
  return run(request, [&](Radio radio) -> asio::awaitable<Result<void>> {
    const std::string path = co_await find(radio, request.address, true);
    if (path.empty()) co_return not_found(request);
    const Result<void> captured =
        co_await capture(radio.bluez, path, request.output, std::chrono::seconds(request.seconds));
    co_return captured;
  });
}

}  // namespace vitald
