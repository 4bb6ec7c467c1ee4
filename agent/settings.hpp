#pragma once

// What vitald's configuration file may say.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "drivers/driver.hpp"
#include "platform/config/declaration.hpp"
#include "sync/uplink/uplink_settings.hpp"

namespace vitald {

struct CommitSettings {
  std::chrono::milliseconds alarm{0}, vital{5'000}, waveform{5'000};
  void declare(config::Declaration& d);
};

struct StoreSettings {
  std::uint32_t quota_mb = 256;
  std::chrono::hours keep{72};
  std::uint32_t queue_kb = 4096;
  std::string encoding = "protobuf";
  std::uint32_t condense_samples = 0;
  void declare(config::Declaration& d);
};

struct KeyFiles {
  std::string device;     // default: device.key in the state directory
  std::string recipient;  // default: recipient.pub in the state directory
  void declare(config::Declaration& d);
};

struct ClockSettings {
  std::string trust = "synchronised";
  void declare(config::Declaration& d);
};

struct DriverEntry {
  std::string driver, id;
  std::unique_ptr<DriverSettings> settings;  // null only when `driver` is none of the catalogue
  void declare(config::Declaration& d);
};

struct Settings {
  std::string device;
  std::string state_dir = "/var/lib/vitald";
  std::string status_socket = "/run/vitald/status.sock";
  std::string log_level = "info";
  std::string seal = "hpke";
  KeyFiles keys;
  CommitSettings commit;
  StoreSettings outbox;
  ClockSettings clock;
  UplinkSettings uplink;
  std::vector<DriverEntry> drivers;
  void declare(config::Declaration& d);

  std::string outbox_file() const { return state_dir + "/outbox.db"; }
  std::string device_key_file() const { return keys.device.empty() ? state_dir + "/device.key" : keys.device; }
  std::string recipient_key_file() const {
    return keys.recipient.empty() ? state_dir + "/recipient.pub" : keys.recipient;
  }
};

}  // namespace vitald
