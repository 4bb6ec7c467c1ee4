// A virtual sensor on an adapter of a real bluetoothd: `lab_peripheral ADAPTER KIND NAME [RECORDS]`. Prints one line an
// event. Kinds: tests/support/bluetooth/peripherals.hpp.

#include <sdbus-c++/sdbus-c++.h>

#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "drivers/ble/uuid.hpp"
#include "tests/support/bluetooth/peripherals.hpp"
#include "tests/support/bluetooth/sdbus_loop.hpp"

namespace vitald::test {
namespace {

constexpr const char* kService = "org.bluez.GattService1";
constexpr const char* kCharacteristic = "org.bluez.GattCharacteristic1";
constexpr const char* kAdvertisement = "org.bluez.LEAdvertisement1";
constexpr const char* kRoot = "/lab";
using Properties = std::map<std::string, sdbus::Variant>;

void say(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

class OnAdapter : public Stage {
 public:
  OnAdapter(sdbus::IConnection& bus, std::string adapter, Peripheral& peripheral)
      : bus_(bus), adapter_("/org/bluez/" + adapter), peripheral_(peripheral) {
    peripheral_.stage = this;
    bus_.addObjectManager(kRoot, sdbus::floating_slot);
    for (const auto& c : peripheral_.characteristics) add(c);
    advertisement();
    watch_link();
  }

  // bluetoothd asks for our objects while it registers them, so nothing here may wait for its answer.
  void begin() {
    proxy_ = sdbus::createProxy(bus_, "org.bluez", adapter_);
    proxy_->setProperty("Powered").onInterface("org.bluez.Adapter1").toValue(true);
    proxy_->setProperty("Alias").onInterface("org.bluez.Adapter1").toValue(peripheral_.name);
    proxy_->setProperty("Pairable").onInterface("org.bluez.Adapter1").toValue(true);
    ask("org.bluez.GattManager1", "RegisterApplication", kRoot);
    ask("org.bluez.LEAdvertisingManager1", "RegisterAdvertisement", "/lab_advertisement");
  }

  void send(Peripheral&, std::uint16_t uuid, const Octets& octets) override {
    Served& served = served_.at(uuid);
    served.value = octets;
    served.object->emitPropertiesChangedSignal(kCharacteristic, {"Value"});
  }

  void hang_up(Peripheral&) override {
    if (central_.empty()) return;
    auto device = sdbus::createProxy(bus_, "org.bluez", central_);
    auto call = device->createMethodCall("org.bluez.Device1", "Disconnect");
    device->callMethod(call, [](sdbus::MethodReply&, const sdbus::Error*) {});
    calls_.push_back(std::move(device));
  }

 private:
  struct Served {
    std::unique_ptr<sdbus::IObject> object;
    Octets value;
  };

  void ask(const char* interface, const char* member, const char* path) {
    auto call = proxy_->createMethodCall(interface, member);
    call << sdbus::ObjectPath(path) << Properties();
    proxy_->callMethod(call, [member](sdbus::MethodReply&, const sdbus::Error* error) {
      say(std::string(member) + (error == nullptr ? " ok" : " FAILED " + error->getMessage()));
    });
  }

  std::string service_path(std::uint16_t service) { return std::string(kRoot) + "/s" + std::to_string(service); }

  void add(const Peripheral::Characteristic& c) {
    const std::string service = service_path(c.service);
    if (!services_.contains(service)) {
      auto& object = services_[service] = sdbus::createObject(bus_, service);
      object->registerProperty("UUID").onInterface(kService).withGetter([&c] { return ble::full_uuid(c.service); });
      object->registerProperty("Primary").onInterface(kService).withGetter([] { return true; });
      object->finishRegistration();
    }
    Served& served = served_[c.uuid];
    served.value = c.value;
    served.object = sdbus::createObject(bus_, service + "/c" + std::to_string(c.uuid));
    sdbus::IObject& o = *served.object;
    o.registerProperty("UUID").onInterface(kCharacteristic).withGetter([&c] { return ble::full_uuid(c.uuid); });
    o.registerProperty("Service").onInterface(kCharacteristic).withGetter([service] {
      return sdbus::ObjectPath(service);
    });
    o.registerProperty("Flags").onInterface(kCharacteristic).withGetter([&c] { return c.flags; });
    o.registerProperty("Value").onInterface(kCharacteristic).withGetter([&served] { return served.value; });
    o.registerMethod("ReadValue").onInterface(kCharacteristic).implementedAs([this, &c](Properties) {
      return peripheral_.read(c);
    });
    o.registerMethod("WriteValue").onInterface(kCharacteristic).implementedAs([this, &c](Octets value, Properties) {
      peripheral_.written(c.uuid, value);
    });
    o.registerMethod("StartNotify").onInterface(kCharacteristic).implementedAs([this, &c] {
      peripheral_.subscribed(c.uuid);
    });
    o.registerMethod("StopNotify").onInterface(kCharacteristic).implementedAs([this, &c] {
      peripheral_.unsubscribed(c.uuid);
    });
    o.registerMethod("Confirm").onInterface(kCharacteristic).implementedAs([] {});
    o.finishRegistration();
  }

  void advertisement() {
    advertisement_ = sdbus::createObject(bus_, "/lab_advertisement");
    sdbus::IObject& o = *advertisement_;
    o.registerProperty("Type").onInterface(kAdvertisement).withGetter([] { return std::string("peripheral"); });
    o.registerProperty("LocalName").onInterface(kAdvertisement).withGetter([this] { return peripheral_.name; });
    o.registerProperty("Discoverable").onInterface(kAdvertisement).withGetter([] { return true; });
    o.registerProperty("ServiceUUIDs").onInterface(kAdvertisement).withGetter([this] {
      return std::vector<std::string>{ble::full_uuid(peripheral_.characteristics.front().service)};
    });
    o.registerMethod("Release").onInterface(kAdvertisement).implementedAs([] { say("released"); });
    o.finishRegistration();
  }

  // The central is a device of our adapter while it is connected.
  void watch_link() {
    const std::string rule = "type='signal',sender='org.bluez',member='PropertiesChanged',path_namespace='" + adapter_ +
                             "',arg0='org.bluez.Device1'";
    link_ = bus_.addMatch(rule, [this](sdbus::Message& message) {
      std::string interface;
      Properties changed;
      message >> interface >> changed;
      const auto connected = changed.find("Connected");
      if (connected == changed.end()) return;
      const bool is = connected->second.get<bool>();
      central_ = is ? message.getPath() : "";
      say(is ? "connected" : "disconnected");
      is ? peripheral_.connected() : peripheral_.disconnected();
    });
  }

  sdbus::IConnection& bus_;
  std::string adapter_, central_;
  Peripheral& peripheral_;
  std::map<std::string, std::unique_ptr<sdbus::IObject>> services_;
  std::map<std::uint16_t, Served> served_;
  std::unique_ptr<sdbus::IObject> advertisement_;
  std::unique_ptr<sdbus::IProxy> proxy_;
  std::vector<std::unique_ptr<sdbus::IProxy>> calls_;
  sdbus::Slot link_;
};

int run(const std::string& adapter, const std::string& kind, const std::string& name, int records) {
  const auto peripheral = make_peripheral(kind, records);
  if (!peripheral) return 2;
  peripheral->name = name;
  boost::asio::io_context io;
  SdbusLoop loop(io, sdbus::createSystemBusConnection());
  OnAdapter stage(loop.connection(), adapter, *peripheral);
  stage.begin();
  const auto alive = std::make_shared<bool>(true);
  every_tick(io, alive, [&] { peripheral->tick(); });
  boost::asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&](boost::system::error_code, int) { io.stop(); });
  io.run();
  return 0;
}

}  // namespace
}  // namespace vitald::test

int main(int argc, char** argv) try {
  if (argc < 4) {
    std::fputs("usage: lab_peripheral ADAPTER KIND NAME [RECORDS]\n", stderr);
    return 2;
  }
  return vitald::test::run(argv[1], argv[2], argv[3], argc > 4 ? std::stoi(argv[4]) : 0);
} catch (const std::exception& error) {
  std::fprintf(stderr, "lab_peripheral: %s\n", error.what());
  return 1;
}
