#pragma once

// An org.bluez of the test's own: one adapter, and virtual peripherals as the devices in its reach. It behaves like
// bluetoothd 5.66 where the product can see it, and misbehaves when told to.

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/bluetooth/peripheral.hpp"

namespace vitald::test {

struct Behaviour {
  bool bonded = false;
  bool advertises = true;
  bool connect_hangs = false;    // Connect() is never answered
  int refused_connects = 0;      // so many fail at once
  bool never_resolves = false;   // its services stay unknown
  bool attributes_hang = false;  // reads, writes and subscriptions are never answered
  Octets stale_value;            // told again at each connect, as if it came from the device
  std::uint16_t stale_uuid = 0;
  std::map<std::string, Octets> service_data;  // of its advertisements, by full UUID
  std::string passkey;                         // asked for by Pair(); "" = just works
};

class FakeBluez : public Stage {
 public:
  FakeBluez(boost::asio::io_context& loop, const std::string& bus);
  ~FakeBluez() override;

  // In reach from now on. The peripheral outlives this.
  void add(Peripheral& peripheral, const std::string& address, Behaviour behaviour = {});
  Behaviour& behaviour(const std::string& address);
  void advertise(const std::string& address);  // one advertisement now
  bool is_connected(const std::string& address) const;
  int connects(const std::string& address) const;  // calls of Connect()
  bool is_bonded(const std::string& address) const;

  // Adapter.
  void unplug();
  void plug();
  bool discovering() const;
  int power_cycles() const;
  bool rfkill = false;  // Powered cannot be set

  // Stage.
  void send(Peripheral& peripheral, std::uint16_t uuid, const Octets& octets) override;
  void hang_up(Peripheral& peripheral) override;

 private:
  struct Bus;
  struct Adapter;
  struct Device;
  Device& device(const std::string& address) const;
  Device& device(const Peripheral& peripheral) const;

  std::unique_ptr<Bus> bus_;  // goes last
  std::unique_ptr<Adapter> adapter_;
  std::map<std::string, std::unique_ptr<Device>> devices_;
};

}  // namespace vitald::test
