#pragma once

// Reads Bluetooth health sensors through bluetoothd: the bonded, the listed, or all in reach.

#include <map>

#include "drivers/ble/attendant.hpp"
#include "drivers/ble/settings.hpp"
#include "platform/linux/tasks.hpp"

namespace vitald::ble {

class BleDriver : public Driver {
 public:
  BleDriver(std::string id, BleSettings settings, DriverContext context);

  std::vector<const Sensor*> sensors() const override;
  // Returns an error only without a message bus: it waits for a bluetoothd and an adapter, and for both to come back.
  asio::awaitable<Result<void>> run(ReadingSink& sink) override;

 private:
  struct Session;  // what lives as long as one connection to the bus

  asio::awaitable<Result<void>> attend(Session& session, ReadingSink& sink);
  asio::awaitable<void> attend_adapters(Session& session, ReadingSink& sink);
  asio::awaitable<void> attend_adapter(Session& session, ReadingSink& sink);
  void attend_devices(Session& session, ReadingSink& sink);
  bool is_of_interest(const Session& session, const std::string& path) const;
  std::string new_device(const Session& session) const;
  SensorSet& sensors_of(const std::string& address);
  void complain(const std::string& sentence);

  std::string id_;
  BleSettings settings_;
  DriverContext context_;
  std::map<std::string, std::unique_ptr<SensorSet>> sensors_;  // by address; for ever, since others know them
  std::string last_complaint_;
};

}  // namespace vitald::ble
