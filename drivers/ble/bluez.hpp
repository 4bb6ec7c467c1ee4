#pragma once

// bluetoothd's objects, mirrored: adapters, devices and their characteristics with their properties, always as
// bluetoothd last told them. Everything else asks the mirror and waits for it to change. On the loop's thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "platform/linux/dbus.hpp"
#include "platform/linux/timer.hpp"

namespace vitald::ble {

using dbus::Dictionary;
using dbus::Octets;

namespace interface {
constexpr const char* kAdapter = "org.bluez.Adapter1";
constexpr const char* kDevice = "org.bluez.Device1";
constexpr const char* kService = "org.bluez.GattService1";
constexpr const char* kCharacteristic = "org.bluez.GattCharacteristic1";
constexpr const char* kBattery = "org.bluez.Battery1";
constexpr const char* kAgentManager = "org.bluez.AgentManager1";
}  // namespace interface

class Bluez {
 public:
  Bluez(asio::any_io_executor loop, std::unique_ptr<dbus::Bus> bus);

  // Listens and reads the tree. Without a bluetoothd it succeeds too: the tree is empty until one comes.
  asio::awaitable<Result<void>> attach();
  // Reads the tree of every bluetoothd that comes later, until cancelled. Runs beside everything else.
  asio::awaitable<void> follow();

  bool present() const { return present_; }  // a bluetoothd is there and its tree is read
  // Another number after each restart of bluetoothd.
  std::uint64_t generation() const { return generation_; }

  // The object's properties; nullptr when it has no such interface.
  const Dictionary* find(const std::string& path, const std::string& interface) const;
  template <class T>
  T get(const std::string& path, const std::string& interface, std::string_view property, T otherwise) const {
    const Dictionary* properties = find(path, interface);
    const dbus::Value* value = properties == nullptr ? nullptr : dbus::find(*properties, property);
    return value == nullptr ? otherwise : value->or_else<T>(std::move(otherwise));
  }
  // Of all objects with that interface below a path, in order.
  std::vector<std::string> paths(const std::string& interface, const std::string& below = "/") const;

  // Until done() holds, which is asked after every change of the mirror (a characteristic's value is none); false: it
  // did not within that span.
  asio::awaitable<bool> wait(std::function<bool()> done, Microseconds span);
  void wake();

  asio::awaitable<Result<dbus::Values>> call(dbus::Call call, Microseconds span);
  asio::awaitable<Result<void>> set(std::string path, const char* interface, const char* property, dbus::Value value);

  // What a characteristic sends, as long as the returned handle lives.
  using OnValue = std::function<void(const Octets&)>;
  std::shared_ptr<void> on_value(const std::string& path, OnValue handler);
  // Every advertisement of a device that bluetoothd tells of. One handler.
  using OnAdvertisement = std::function<void(const std::string& path)>;
  void on_advertisement(OnAdvertisement handler) { on_advertisement_ = std::move(handler); }
  // How many of them there were, also before anybody asked.
  std::uint64_t advertisements(const std::string& path) const;

  dbus::Bus& bus() { return *bus_; }

 private:
  using Interfaces = std::map<std::string, Dictionary>;

  Result<void> listen();
  asio::awaitable<Result<void>> read_tree();
  void hear(const dbus::Signal& signal);
  void hear_owner(const dbus::Signal& signal);
  void hear_change(const dbus::Signal& signal);
  void add(const std::string& path, const Dictionary& interfaces);
  void remove(const std::string& path, const dbus::Values& interfaces);
  void advertised(const std::string& path);

  asio::any_io_executor loop_;
  std::unique_ptr<dbus::Bus> bus_;
  std::vector<std::shared_ptr<void>> subscriptions_;
  std::map<std::string, Interfaces> tree_;
  std::map<std::string, std::map<std::uint64_t, OnValue>> on_value_;
  std::map<std::string, std::uint64_t> advertisements_;
  OnAdvertisement on_advertisement_;
  std::set<BootTimer*> waiting_;
  std::uint64_t next_handler_ = 0;
  std::uint64_t generation_ = 0;
  bool owned_ = false;                                          // somebody has the name
  bool present_ = false;                                        // and its tree is here
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // gone with this
};

// An error's sentence without the D-Bus name in front.
std::string plain(const Error& error);

}  // namespace vitald::ble
