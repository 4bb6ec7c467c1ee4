#include "drivers/ble/ble_driver.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "drivers/ble/uuid.hpp"

namespace vitald::ble {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

constexpr Microseconds kAdapterSpan = 10s, kBetweenTries = 5s;
constexpr std::size_t kMostDevices = 256;

}  // namespace

struct BleDriver::Session {
  Session(asio::any_io_executor loop, std::unique_ptr<dbus::Bus> bus, const std::string& wanted)
      : bluez(loop, std::move(bus)), adapter(bluez, wanted), tasks(loop) {}

  bool others_connected(const Attendant* than) const {
    return std::ranges::any_of(
        attendants, [&](const auto& entry) { return entry.second.get() != than && entry.second->connected(); });
  }

  Bluez bluez;
  Adapter adapter;
  std::map<std::string, std::unique_ptr<Attendant>> attendants;  // by the device's path
  Tasks tasks;                                                   // theirs
};

BleDriver::BleDriver(std::string id, BleSettings settings, DriverContext context)
    : id_(std::move(id)), settings_(std::move(settings)), context_(std::move(context)) {
  for (const SensorSettings& sensor : settings_.sensors) sensors_of(sensor.address);
}

std::vector<const Sensor*> BleDriver::sensors() const {
  std::vector<const Sensor*> all;
  for (const auto& [_, sensors] : sensors_) all.push_back(&sensors->device());
  return all;
}

// "<driver>-<name>": the name of the settings, or the address.
SensorSet& BleDriver::sensors_of(const std::string& address) {
  std::unique_ptr<SensorSet>& sensors = sensors_[address];
  if (sensors) return *sensors;
  const SensorSettings* listed = settings_.find(address);
  const std::string name = listed == nullptr ? without_colons(address) : listed->id;
  sensors = std::make_unique<SensorSet>(id_ + "-" + name,
                                        listed == nullptr ? std::chrono::milliseconds(0) : listed->silent_after);
  return *sensors;
}

asio::awaitable<Result<void>> BleDriver::run(ReadingSink& sink) {
  Result<std::unique_ptr<dbus::Bus>> bus = dbus::Bus::open(context_.loop, settings_.bus);
  if (!bus) co_return bus.error();
  Session session(context_.loop, std::move(*bus), settings_.adapter);
  std::exception_ptr stopped;
  Result<void> ended;
  try {
    ended = co_await attend(session, sink);
  } catch (...) {  // cancelled
    stopped = std::current_exception();
  }
  // The attendants refer to the session: they end before it, also when this was cancelled.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  session.tasks.cancel();
  co_await session.tasks.finished(BootTime::max());
  if (stopped) std::rethrow_exception(stopped);
  co_return ended;
}

asio::awaitable<Result<void>> BleDriver::attend(Session& session, ReadingSink& sink) {
  const Result<void> attached = co_await session.bluez.attach();
  if (!attached) co_return attached;
  auto advertised = [&session](const std::string& path) {
    const auto found = session.attendants.find(path);
    if (found != session.attendants.end()) found->second->advertised();
  };
  session.bluez.on_advertisement(advertised);
  co_await (session.bluez.follow() || session.bluez.bus().wait_lost() || attend_adapters(session, sink));
  co_return Error(Code::unavailable, "the connection to the message bus has broken");
}

// One adapter after the other, for ever: bluetoothd is started again, the adapter is unplugged and comes back.
asio::awaitable<void> BleDriver::attend_adapters(Session& session, ReadingSink& sink) {
  while (true) {
    const Result<void> opened = co_await session.adapter.open(kAdapterSpan);
    if (!opened) {
      complain(opened.error().sentence());
      co_await sleep_for(kBetweenTries);
      continue;
    }
    last_complaint_.clear();
    spdlog::info("{}: reads through adapter {} ({})", id_, session.adapter.path(), session.adapter.address());
    co_await attend_adapter(session, sink);
    complain("bluetoothd or its adapter has gone; waiting for it");
    session.tasks.cancel();
    co_await session.tasks.finished(BootTime::max());
    session.attendants.clear();
  }
}

// Until it is gone, or the bluetoothd behind it.
asio::awaitable<void> BleDriver::attend_adapter(Session& session, ReadingSink& sink) {
  const bool only_once = std::ranges::none_of(settings_.sensors, [](const auto& s) { return !s.key.empty(); });
  const Discovery discovery{settings_.scan, !only_once};
  const std::uint64_t generation = session.bluez.generation();
  session.tasks.spawn(id_ + ": discovery", session.adapter.discover(discovery));
  const auto gone = [&] { return session.bluez.generation() != generation || !session.adapter.is_there(); };
  while (!gone()) {
    attend_devices(session, sink);
    std::function<bool()> something = [&] { return gone() || !new_device(session).empty(); };
    co_await session.bluez.wait(std::move(something), 1h);
  }
}

void BleDriver::attend_devices(Session& session, ReadingSink& sink) {
  for (std::string path = new_device(session); !path.empty(); path = new_device(session)) {
    const std::string address = session.bluez.get<std::string>(path, interface::kDevice, "Address", "");
    auto attendant =
        std::make_unique<Attendant>(session.bluez, session.adapter, settings_, address, sensors_of(address), context_);
    std::function<bool()> others = [&session, self = attendant.get()] { return session.others_connected(self); };
    session.tasks.spawn(id_ + ": " + address, attendant->run(sink, std::move(others)));
    session.attendants[path] = std::move(attendant);
  }
}

// One that is not attended to yet; "" = none.
std::string BleDriver::new_device(const Session& session) const {
  if (session.attendants.size() >= kMostDevices) return {};
  for (const std::string& path : session.bluez.paths(interface::kDevice, session.adapter.path()))
    if (!session.attendants.contains(path) && is_of_interest(session, path)) return path;
  return {};
}

// Bonded, listed, or a health sensor by what it advertises.
bool BleDriver::is_of_interest(const Session& session, const std::string& path) const {
  const Bluez& bluez = session.bluez;
  if (bluez.get(path, interface::kDevice, "Paired", false)) return true;
  if (settings_.find(bluez.get<std::string>(path, interface::kDevice, "Address", "")) != nullptr) return true;
  const auto is_health = [](const std::string& uuid) {
    const auto service = short_uuid(uuid);
    return service && !kind_of_service(*service).empty();
  };
  for (const dbus::Value& uuid : bluez.get<dbus::Values>(path, interface::kDevice, "UUIDs", {}))
    if (is_health(uuid.or_else<std::string>(""))) return true;
  for (const auto& [uuid, _] : bluez.get<Dictionary>(path, interface::kDevice, "ServiceData", {}))
    if (is_health(uuid)) return true;
  return false;
}

void BleDriver::complain(const std::string& sentence) {
  if (sentence != last_complaint_) spdlog::warn("{}: {}", id_, sentence);
  last_complaint_ = sentence;
}

}  // namespace vitald::ble
