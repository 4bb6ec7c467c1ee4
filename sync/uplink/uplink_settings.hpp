#pragma once

// Where the outbox goes, and how hard it may push.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "platform/config/declaration.hpp"
#include "platform/model/result.hpp"
#include "sync/uplink/backoff.hpp"
#include "sync/uplink/session.hpp"
#include "sync/uplink/turns.hpp"

namespace vitald {

struct TlsSettings {
  std::string ca = "/etc/vitald/ca.crt", certificate = "/etc/vitald/device.crt", key = "/etc/vitald/device.key";
  std::string passphrase = {};  // of the key; never of the configuration

  void declare(config::Declaration& d);
};

// Another broker, with the same certificates and password.
struct OtherBroker {
  std::string host;
  std::uint16_t port = 8883;

  void declare(config::Declaration& d);
};

// Bytes a day on the wire; 0 = no limit.
struct DaySettings {
  std::uint64_t alarm_kb = 0, vital_kb = 0, waveform_kb = 0;

  void declare(config::Declaration& d);
};

struct UplinkSettings {
  std::string host = "localhost";
  std::uint16_t port = 8883;
  std::vector<OtherBroker> others;  // tried in this order after the first
  TlsSettings tls;
  bool plain_tcp = false;
  std::string profile = "plain";
  std::string product, secret_file;  // for profiles that make the password from the device's secret
  std::string user, password_file;
  std::string client_id;  // "" = the device's id
  std::string prefix = "vitald/v1";

  std::chrono::milliseconds keep_alive = std::chrono::seconds(60);
  std::chrono::milliseconds connect_within = std::chrono::seconds(20);
  std::chrono::milliseconds dead_link = std::chrono::seconds(12);

  std::uint32_t window_messages = 16;
  std::uint32_t window_bytes = 256 * 1024;
  std::uint32_t message_bytes = 48 * 1024;
  std::uint32_t first_credit = 64;  // batches outstanding before the first receipt
  std::string confirm = "receipt";
  DaySettings day;

  std::chrono::milliseconds resend = std::chrono::seconds(30);
  std::chrono::milliseconds resend_longest = std::chrono::minutes(10);

  std::chrono::milliseconds start = std::chrono::seconds(2);
  std::chrono::milliseconds first_connect{29'500};  // all are back within 30 s
  std::chrono::milliseconds backoff_cap = std::chrono::seconds(120);
  std::chrono::milliseconds stable = std::chrono::seconds(60);
  std::chrono::milliseconds refused_wait = std::chrono::minutes(10);
  std::chrono::milliseconds send_every{0};  // 0: the link stays

  std::string day_file;  // no setting: where the day's use is kept; "" = nowhere

  bool confirmed_by_puback() const { return confirm == "puback"; }
  void declare(config::Declaration& d);
};

// The settings with the profile's limits.
UplinkSettings within_limits(UplinkSettings settings);

// "vitald/v1/<device>/<role>", or what the profile calls it; roles: alarm, live, backfill, status, receipt, ...
std::string topic(const UplinkSettings& settings, const std::string& device, std::string_view role);

// As a session wants them, in order. Reads the password or secret file, so that a changed one counts at the next
// connect. Blocks.
Result<std::vector<Endpoint>> endpoints(const UplinkSettings& settings, const std::string& device);

TurnLimits turn_limits(const UplinkSettings& settings);

}  // namespace vitald
