#pragma once

// Looks after one device for as long as the driver runs: hears its advertisements, visits it when it is there, waits
// after failures. Each device has its own, so a stuck one delays no other.

#include "drivers/ble/adapter.hpp"
#include "drivers/ble/advertiser.hpp"
#include "drivers/ble/settings.hpp"
#include "drivers/ble/visit.hpp"

namespace vitald::ble {

class Attendant {
 public:
  Attendant(Bluez& bluez, Adapter& adapter, const BleSettings& settings, std::string address, SensorSet& sensors,
            const DriverContext& context);

  bool connected() const { return in_visit_; }
  // An advertisement of it came.
  void advertised();

  // Until cancelled. others_connected: whether another sensor is being read.
  asio::awaitable<void> run(ReadingSink& sink, std::function<bool()> others_connected);

 private:
  std::string path() const;
  std::string name() const;
  bool accepted();
  bool may_be_visited() const;
  bool is_due(std::uint64_t advertisements) const;
  asio::awaitable<Result<void>> visit(ReadingSink& sink, const std::function<bool()>& others_connected);
  asio::awaitable<Result<void>> connect(Connection& connection, const std::function<bool()>& others_connected);
  asio::awaitable<void> attend_advertiser();
  Microseconds pause_after(const Result<void>& visited, bool brought_something);
  bool may_set_clock() const;

  Bluez& bluez_;
  Adapter& adapter_;
  const BleSettings& settings_;
  const SensorSettings* listed_;
  std::string address_;
  SensorSet& sensors_;
  DriverContext context_;
  DeviceMemory memory_;
  std::unique_ptr<Advertiser> advertiser_;
  std::uint64_t seen_ = 0;  // advertisements, when it was last visited
  bool in_visit_ = false, brought_something_ = false;
  bool refusal_logged_ = false;
  Microseconds pause_{0};
  std::string last_error_;
};

}  // namespace vitald::ble
