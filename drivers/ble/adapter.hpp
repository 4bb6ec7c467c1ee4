#pragma once

// The radio: which adapter, its power, discovery in the background, and what is tried when connecting fails again and
// again.

#include <optional>
#include <string>

#include "drivers/ble/bluez.hpp"

namespace vitald::ble {

// What to do after failures in a row: gentler steps first. It never deletes a bond.
class Recovery {
 public:
  enum class Step { none, pause_discovery, power_cycle };
  static constexpr int kBeforePause = 3, kBeforePowerCycle = 6;

  // A sensor that advertised could not be connected to. Power-cycling is for when nothing else works: not while
  // another sensor is connected.
  Step failed(bool others_connected) {
    ++failures_;
    if (failures_ >= kBeforePowerCycle && !others_connected) {
      failures_ = 0;
      return Step::power_cycle;
    }
    return failures_ >= kBeforePause ? Step::pause_discovery : Step::none;
  }
  void succeeded() { failures_ = 0; }
  // Some controllers cannot connect while they scan.
  bool pauses_discovery() const { return failures_ >= kBeforePause; }

 private:
  int failures_ = 0;
};

struct Discovery {
  Microseconds
      window;       // then it begins anew: bluetoothd tells of a sensor with steady signal strength once a discovery
  bool duplicates;  // every repetition of an advertisement, for sensors that only advertise
};

class Adapter {
 public:
  // wanted: "hci0" or an address; "" = the first that has power, or the first.
  Adapter(Bluez& bluez, std::string wanted) : bluez_(bluez), wanted_(std::move(wanted)) {}

  // Finds it and gives it power. Waits for it that long.
  asio::awaitable<Result<void>> open(Microseconds span);
  bool is_there() const { return !path_.empty() && bluez_.find(path_, interface::kAdapter) != nullptr; }
  const std::string& path() const { return path_; }  // "/org/bluez/hci0"
  std::string address() const;

  // Discovers until cancelled or the adapter goes. Its failures are tried again.
  asio::awaitable<void> discover(Discovery discovery);
  asio::awaitable<void> stop_discovery();
  // Held while somebody connects: discovery stops when it hinders.
  asio::awaitable<void> begin_connecting();
  void end_connecting();
  void connected() { recovery_.succeeded(); }
  // Carries the next step out.
  asio::awaitable<Recovery::Step> failed_to_connect(bool others_connected);

 private:
  std::optional<std::string> choose() const;
  asio::awaitable<Result<void>> power(bool on);
  asio::awaitable<Result<void>> start_discovery(bool duplicates);
  asio::awaitable<Result<void>> call(const char* member, const char* signature, dbus::Values arguments);
  bool must_pause() const { return connecting_ > 0 && recovery_.pauses_discovery(); }

  Bluez& bluez_;
  std::string wanted_, path_;
  Recovery recovery_;
  int connecting_ = 0;
  bool discovering_ = false;
};

}  // namespace vitald::ble
