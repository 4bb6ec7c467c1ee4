#pragma once

// A sensor that says what it measures in its advertisements: BTHome, and scales with a layout of their own.

#include "drivers/ble/bluez.hpp"
#include "drivers/ble/intake.hpp"
#include "drivers/bthome/bthome.hpp"
#include "drivers/bthome/counter_rule.hpp"

namespace vitald::ble {

class Advertiser {
 public:
  Advertiser(ReadingSink& sink, SensorSet& sensors, std::string cursor_name, std::string quirk,
             std::optional<BthomeKey> key);

  // service_data: as bluetoothd has it, by UUID. The same data again is nothing new.
  void advertised(const Dictionary& service_data, BootTime time);
  // The counter of encrypted advertisements, when it has gone on: a recorded one must not count after a restart.
  asio::awaitable<Result<void>> keep();

 private:
  void take_bthome(Bytes data, BootTime time);
  void take_quirk(std::uint16_t service, Bytes data, BootTime time);
  void hand_over(const Packet& packet, BootTime time);
  void refuse(const std::string& why);

  ReadingSink& sink_;
  SensorSet& sensors_;
  std::string cursor_name_, quirk_;
  std::optional<BthomeKey> key_;
  RecordCursor cursor_;
  CounterRule counter_;
  std::optional<std::uint8_t> packet_id_;
  std::map<std::uint16_t, Octets> last_;
  std::uint64_t refused_ = 0;
  bool counted_ = false;
};

}  // namespace vitald::ble
