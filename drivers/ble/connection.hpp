#pragma once

// One connection to one device: its characteristics, read, written and subscribed to. Every wait has a deadline.

#include <map>
#include <optional>

#include "drivers/ble/bluez.hpp"

namespace vitald::ble {

struct Characteristic {
  std::string path;
  std::uint16_t uuid = 0, service = 0;  // of the SIG's; 0 = another's
  std::vector<std::string> flags;       // "read", "notify", "indicate", ...
  bool can(std::string_view flag) const;
};

// How packets come: as signals of bluetoothd, or over a socket of their own (AcquireNotify), which suits sensors that
// send fast; some sensors disconnect when asked for it.
enum class Subscription { signals, socket };

class Connection {
 public:
  Connection(Bluez& bluez, std::string device) : bluez_(bluez), device_(std::move(device)) {}
  ~Connection() { stop_hearing(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Connects, unless it is already, and waits until the services are known.
  asio::awaitable<Result<void>> open();
  // bluetoothd is asked to disconnect; the answer is not waited for long.
  asio::awaitable<void> close();
  bool connected() const;
  const std::string& device() const { return device_; }

  // As bluetoothd knows them; before open() from its cache, for a device that was seen before.
  std::vector<Characteristic> characteristics() const;

  asio::awaitable<Result<Octets>> read(const Characteristic& characteristic);
  asio::awaitable<Result<void>> write(const Characteristic& characteristic, Octets octets);

  using OnPacket = std::function<void(const Octets&)>;
  // Hears what the characteristic sends from now on; it is not asked to send.
  void hear(const Characteristic& characteristic, OnPacket handler);
  bool hears(const Characteristic& characteristic) const { return heard_.contains(characteristic.path); }
  // Asks it to send. anew: also when bluetoothd says that it does: a reconnected device may have forgotten.
  asio::awaitable<Result<void>> subscribe(const Characteristic& characteristic, Subscription how, bool anew);

 private:
  class PacketSocket;
  void stop_hearing();
  asio::awaitable<Result<void>> acquire(const Characteristic& characteristic);
  asio::awaitable<Result<dbus::Values>> call(std::string path, const char* interface, const char* member,
                                             Microseconds span, const char* signature = "",
                                             dbus::Values arguments = {});

  Bluez& bluez_;
  std::string device_;
  struct Heard {
    OnPacket handler;
    std::shared_ptr<void> subscription;
    std::shared_ptr<PacketSocket> socket;
  };
  std::map<std::string, Heard> heard_;  // by the characteristic's path
};

}  // namespace vitald::ble
