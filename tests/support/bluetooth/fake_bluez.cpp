#include "tests/support/bluetooth/fake_bluez.hpp"

#include <sdbus-c++/sdbus-c++.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "drivers/ble/uuid.hpp"
#include "tests/support/bluetooth/sdbus_loop.hpp"

namespace vitald::test {
namespace {

constexpr const char* kAdapter = "org.bluez.Adapter1";
constexpr const char* kDevice = "org.bluez.Device1";
constexpr const char* kService = "org.bluez.GattService1";
constexpr const char* kCharacteristic = "org.bluez.GattCharacteristic1";
constexpr const char* kAdapterPath = "/org/bluez/hci0";

using Properties = std::map<std::string, sdbus::Variant>;
using NoResult = sdbus::Result<>;

std::string device_path(std::string address) {
  std::ranges::replace(address, ':', '_');
  return std::string(kAdapterPath) + "/dev_" + address;
}

sdbus::Error failed(const char* name, const char* message) {
  return sdbus::Error(std::string("org.bluez.Error.") + name, message);
}

}  // namespace

struct FakeBluez::Bus {
  Bus(boost::asio::io_context& io, const std::string& address)
      : loop(io, sdbus::createSessionBusConnectionWithAddress(address)) {
    loop.connection().addObjectManager("/", sdbus::floating_slot);
    managers = sdbus::createObject(loop.connection(), "/org/bluez");
    managers->registerMethod("RegisterAgent")
        .onInterface("org.bluez.AgentManager1")
        .implementedAs([this](sdbus::ObjectPath path, std::string) {
          agent_path = path;
          agent_owner = managers->getCurrentlyProcessedMessage()->getSender();
        });
    managers->registerMethod("UnregisterAgent")
        .onInterface("org.bluez.AgentManager1")
        .implementedAs([this](sdbus::ObjectPath) { agent_path.clear(); });
    managers->finishRegistration();
  }

  SdbusLoop loop;
  std::unique_ptr<sdbus::IObject> managers;
  std::string agent_path, agent_owner;
};

// One device: its object, and those of its services and characteristics while they are known.
struct FakeBluez::Device {
  struct Gatt {
    const Peripheral::Characteristic* characteristic;
    std::unique_ptr<sdbus::IObject> object;
    std::vector<std::uint8_t> value;
    bool notifying = false;
    int socket = -1;
  };

  Device(Bus& on, Peripheral& own, std::string own_address, Behaviour told)
      : bus(on), peripheral(own), address(std::move(own_address)), behaviour(std::move(told)) {}

  bool visible() const { return object != nullptr; }

  void show() {
    if (visible()) return;
    object = sdbus::createObject(bus.loop.connection(), device_path(address));
    property("Address", [this] { return address; });
    property("Name", [this] { return peripheral.name; });
    property("Alias", [this] { return peripheral.name; });
    property("RSSI", [this] { return rssi; });
    property("Connected", [this] { return connected; });
    property("Paired", [this] { return behaviour.bonded; });
    property("ServicesResolved", [this] { return resolved; });
    property("UUIDs", [this] { return uuids(); });
    property("ServiceData", [this] { return service_data(); });
    property("Adapter", [] { return sdbus::ObjectPath(kAdapterPath); });
    method("Connect", [this](NoResult&& result) { connect(std::move(result)); });
    method("Disconnect", [this](NoResult&& result) { drop(), result.returnResults(); });
    method("Pair", [this](NoResult&& result) { pair(std::move(result)); });
    object->finishRegistration();
    object->emitInterfacesAddedSignal();
    if (behaviour.bonded) show_services();
  }

  void hide() {
    drop();
    hide_services();
    if (object) object->emitInterfacesRemovedSignal();
    object.reset();
  }

  template <class F>
  void property(const char* name, F getter) {
    object->registerProperty(name).onInterface(kDevice).withGetter(getter);
  }
  template <class F>
  void method(const char* name, F function) {
    object->registerMethod(name).onInterface(kDevice).implementedAs(function);
  }

  std::vector<std::string> uuids() const {
    std::vector<std::string> all;
    for (const auto& c : peripheral.characteristics)
      if (std::ranges::find(all, ble::full_uuid(c.service)) == all.end()) all.push_back(ble::full_uuid(c.service));
    return all;
  }

  Properties service_data() const {
    Properties data;
    for (const auto& [uuid, octets] : behaviour.service_data) data[uuid] = octets;
    return data;
  }

  void changed(std::vector<std::string> names) { object->emitPropertiesChangedSignal(kDevice, names); }

  void advertise() {
    if (!visible()) return show();
    if (connected) return;
    std::vector<std::string> names{"RSSI"};
    if (!behaviour.service_data.empty()) names.push_back("ServiceData");
    changed(names);
  }

  void connect(NoResult&& result) {
    ++connects;
    if (behaviour.connect_hangs) {
      unanswered.push_back(std::move(result));
      return;
    }
    if (behaviour.refused_connects > 0 || !behaviour.advertises) {
      --behaviour.refused_connects;
      return result.returnError(failed("Failed", "le-connection-abort-by-local"));
    }
    connected = true;
    changed({"Connected"});
    peripheral.connected();
    show_services();
    for (auto& [path, gatt] : gatts)
      if (gatt.characteristic->uuid == behaviour.stale_uuid && !behaviour.stale_value.empty())
        tell(gatt, behaviour.stale_value);
    resolved = !behaviour.never_resolves;
    changed({"ServicesResolved"});
    result.returnResults();
  }

  void drop() {
    if (!connected) return;
    connected = resolved = false;
    peripheral.disconnected();
    for (auto& [path, gatt] : gatts)
      if (gatt.socket >= 0) ::close(std::exchange(gatt.socket, -1));
    changed({"Connected", "ServicesResolved"});
    if (!behaviour.bonded) hide_services();
  }

  void pair(NoResult&& result) {
    if (behaviour.passkey.empty()) return paired(std::move(result));
    if (bus.agent_path.empty()) return result.returnError(failed("AuthenticationFailed", "no agent"));
    auto proxy = sdbus::createProxy(bus.loop.connection(), bus.agent_owner, bus.agent_path);
    auto waiting = std::make_shared<NoResult>(std::move(result));
    auto call = proxy->createMethodCall("org.bluez.Agent1", "RequestPasskey");
    call << sdbus::ObjectPath(device_path(address));
    proxy->callMethod(call, [this, waiting](sdbus::MethodReply& reply, const sdbus::Error* error) {
      std::uint32_t passkey = 0;
      if (error == nullptr) reply >> passkey;
      if (error == nullptr && passkey == std::stoul(behaviour.passkey)) return paired(std::move(*waiting));
      waiting->returnError(failed("AuthenticationFailed", "Authentication Failed"));
    });
    agent_calls.push_back(std::move(proxy));
  }

  void paired(NoResult&& result) {
    behaviour.bonded = true;
    changed({"Paired"});
    result.returnResults();
  }

  void show_services() {
    if (!gatts.empty()) return;
    int number = 0;
    for (const std::string& uuid : uuids()) {
      const std::string path = device_path(address) + "/service" + std::to_string(++number);
      auto service = sdbus::createObject(bus.loop.connection(), path);
      service->registerProperty("UUID").onInterface(kService).withGetter([uuid] { return uuid; });
      service->finishRegistration();
      service->emitInterfacesAddedSignal();
      services.push_back(std::move(service));
      for (const auto& c : peripheral.characteristics)
        if (ble::full_uuid(c.service) == uuid) show(path, c);
    }
  }

  void show(const std::string& service, const Peripheral::Characteristic& c) {
    const std::string path = service + "/char" + std::to_string(c.uuid);
    Gatt& gatt = gatts[path];
    gatt.characteristic = &c;
    gatt.object = sdbus::createObject(bus.loop.connection(), path);
    sdbus::IObject& o = *gatt.object;
    const std::string uuid = ble::full_uuid(c.uuid);
    o.registerProperty("UUID").onInterface(kCharacteristic).withGetter([uuid] { return uuid; });
    o.registerProperty("Service").onInterface(kCharacteristic).withGetter([service] {
      return sdbus::ObjectPath(service);
    });
    o.registerProperty("Flags").onInterface(kCharacteristic).withGetter([&c] { return c.flags; });
    o.registerProperty("Value").onInterface(kCharacteristic).withGetter([&gatt] { return gatt.value; });
    o.registerProperty("Notifying").onInterface(kCharacteristic).withGetter([&gatt] { return gatt.notifying; });
    on(gatt, "StartNotify", [this, &gatt](NoResult&& result) { start(gatt, std::move(result)); });
    on(gatt, "StopNotify", [this, &gatt](NoResult&& result) { stop(gatt, std::move(result)); });
    on(gatt, "ReadValue", [this, &gatt](sdbus::Result<std::vector<std::uint8_t>>&& result, Properties) {
      if (!hangs(result)) result.returnResults(peripheral.read(*gatt.characteristic));
    });
    on(gatt, "WriteValue", [this, &gatt](NoResult&& result, std::vector<std::uint8_t> value, Properties) {
      if (hangs(result)) return;
      result.returnResults();
      peripheral.written(gatt.characteristic->uuid, value);
    });
    on(gatt, "AcquireNotify", [this, &gatt](sdbus::Result<sdbus::UnixFd, std::uint16_t>&& result, Properties) {
      acquire(gatt, std::move(result));
    });
    o.finishRegistration();
    o.emitInterfacesAddedSignal();
  }

  template <class F>
  void on(Gatt& gatt, const char* name, F function) {
    gatt.object->registerMethod(name).onInterface(kCharacteristic).implementedAs(function);
  }

  // Kept, so that nobody ever answers.
  template <class R>
  bool hangs(R& result) {
    if (!behaviour.attributes_hang) return false;
    hanging.push_back(std::make_shared<R>(std::move(result)));
    return true;
  }

  void hide_services() {
    for (auto& [path, gatt] : gatts) gatt.object->emitInterfacesRemovedSignal();
    for (auto& service : services) service->emitInterfacesRemovedSignal();
    gatts.clear();
    services.clear();
  }

  void start(Gatt& gatt, NoResult&& result) {
    if (hangs(result)) return;
    if (!connected) return result.returnError(failed("NotConnected", "Not Connected"));
    gatt.notifying = true;
    gatt.object->emitPropertiesChangedSignal(kCharacteristic, {"Notifying"});
    result.returnResults();
    peripheral.subscribed(gatt.characteristic->uuid);
  }

  void stop(Gatt& gatt, NoResult&& result) {
    gatt.notifying = false;
    peripheral.unsubscribed(gatt.characteristic->uuid);
    result.returnResults();
  }

  void acquire(Gatt& gatt, sdbus::Result<sdbus::UnixFd, std::uint16_t>&& result) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("no socket pair");
    gatt.socket = ends[0];
    result.returnResults(sdbus::UnixFd(ends[1], sdbus::adopt_fd), 185);
    peripheral.subscribed(gatt.characteristic->uuid);
  }

  void tell(Gatt& gatt, const Octets& octets) {
    if (gatt.socket >= 0) {
      if (::send(gatt.socket, octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return;
      return;
    }
    gatt.value = octets;
    gatt.object->emitPropertiesChangedSignal(kCharacteristic, {"Value"});
  }

  Bus& bus;
  Peripheral& peripheral;
  std::string address;
  Behaviour behaviour;
  std::unique_ptr<sdbus::IObject> object;
  std::vector<std::unique_ptr<sdbus::IObject>> services;
  std::map<std::string, Gatt> gatts;
  std::vector<NoResult> unanswered;
  std::vector<std::shared_ptr<void>> hanging;
  std::vector<std::unique_ptr<sdbus::IProxy>> agent_calls;
  std::int16_t rssi = -60;
  bool connected = false, resolved = false;
  int connects = 0;
};

struct FakeBluez::Adapter {
  Adapter(Bus& bus, FakeBluez& owner) : fake(owner), object(sdbus::createObject(bus.loop.connection(), kAdapterPath)) {
    object->registerProperty("Address").onInterface(kAdapter).withGetter(
        [] { return std::string("00:AA:01:00:00:00"); });
    object->registerProperty("Discovering").onInterface(kAdapter).withGetter([this] { return discovering; });
    object->registerProperty("Powered")
        .onInterface(kAdapter)
        .withGetter([this] { return powered; })
        .withSetter([this](const bool& on) { power(on); });
    method("SetDiscoveryFilter", [](Properties) {});
    method("StartDiscovery", [this] { discover(); });
    method("StopDiscovery", [this] { discovering = false; });
    method("RemoveDevice", [this](sdbus::ObjectPath path) { remove(path); });
    object->finishRegistration();
    object->emitInterfacesAddedSignal();
  }
  ~Adapter() { object->emitInterfacesRemovedSignal(); }

  template <class F>
  void method(const char* name, F function) {
    object->registerMethod(name).onInterface(kAdapter).implementedAs(function);
  }

  void power(bool on) {
    if (fake.rfkill && on) throw failed("Blocked", "Blocked through rfkill");
    if (powered && !on) {
      ++power_cycles;
      discovering = false;
      for (auto& [address, device] : fake.devices_) device->drop();
    }
    powered = on;
    object->emitPropertiesChangedSignal(kAdapter, {"Powered"});
  }

  void discover() {
    if (!powered) throw failed("NotReady", "Resource Not Ready");
    discovering = true;
    for (auto& [address, device] : fake.devices_)
      if (device->behaviour.advertises) device->advertise();
  }

  void remove(const std::string& path) {
    for (auto& [address, device] : fake.devices_) {
      if (device_path(address) != path) continue;
      device->behaviour.bonded = false;
      return device->hide();
    }
    throw failed("DoesNotExist", "Does Not Exist");
  }

  FakeBluez& fake;
  std::unique_ptr<sdbus::IObject> object;
  bool powered = true, discovering = false;
  int power_cycles = 0;
};

FakeBluez::FakeBluez(boost::asio::io_context& loop, const std::string& bus) : bus_(std::make_unique<Bus>(loop, bus)) {
  plug();
  bus_->loop.connection().requestName("org.bluez");
  every_tick(loop, bus_->loop.connection_alive(), [this] {
    for (auto& [address, device] : devices_)
      if (device->connected) device->peripheral.tick();
  });
}

FakeBluez::~FakeBluez() {
  for (auto& [address, device] : devices_) device->peripheral.stage = nullptr;
}

FakeBluez::Device& FakeBluez::device(const std::string& address) const { return *devices_.at(address); }

FakeBluez::Device& FakeBluez::device(const Peripheral& peripheral) const {
  for (const auto& [address, device] : devices_)
    if (&device->peripheral == &peripheral) return *device;
  throw std::logic_error("a peripheral that is not in reach");
}

void FakeBluez::add(Peripheral& peripheral, const std::string& address, Behaviour behaviour) {
  peripheral.stage = this;
  auto& device = devices_[address];
  device = std::make_unique<Device>(*bus_, peripheral, address, std::move(behaviour));
  if (device->behaviour.bonded || (discovering() && device->behaviour.advertises)) device->show();
}

Behaviour& FakeBluez::behaviour(const std::string& address) { return device(address).behaviour; }
void FakeBluez::advertise(const std::string& address) { device(address).advertise(); }
bool FakeBluez::is_connected(const std::string& address) const { return device(address).connected; }
int FakeBluez::connects(const std::string& address) const { return device(address).connects; }
bool FakeBluez::is_bonded(const std::string& address) const { return device(address).behaviour.bonded; }

void FakeBluez::unplug() {
  for (auto& [address, device] : devices_) device->hide();
  adapter_.reset();
}

void FakeBluez::plug() {
  adapter_ = std::make_unique<Adapter>(*bus_, *this);
  for (auto& [address, device] : devices_)
    if (device->behaviour.bonded) device->show();
}

bool FakeBluez::discovering() const { return adapter_ && adapter_->discovering; }
int FakeBluez::power_cycles() const { return adapter_ ? adapter_->power_cycles : 0; }

void FakeBluez::send(Peripheral& peripheral, std::uint16_t uuid, const Octets& octets) {
  for (auto& [path, gatt] : device(peripheral).gatts)
    if (gatt.characteristic->uuid == uuid) device(peripheral).tell(gatt, octets);
}

void FakeBluez::hang_up(Peripheral& peripheral) { device(peripheral).drop(); }

}  // namespace vitald::test
