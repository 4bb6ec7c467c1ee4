#pragma once

// Where the outbox goes, and how hard it may push.

#include <chrono>
#include <cstdint>
#include <string>

#include "platform/config/declaration.hpp"
#include "platform/model/result.hpp"
#include "sync/uplink/backoff.hpp"
#include "sync/uplink/session.hpp"

namespace vitald {

struct TlsSettings {
  std::string ca = "/etc/vitald/ca.crt", certificate = "/etc/vitald/device.crt", key = "/etc/vitald/device.key";

  void declare(config::Declaration& d);
};

struct UplinkSettings {
  std::string host = "localhost";
  std::uint16_t port = 8883;
  TlsSettings tls;
  bool plain_tcp = false;
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

  std::chrono::milliseconds resend = std::chrono::seconds(30);
  std::chrono::milliseconds resend_longest = std::chrono::minutes(10);

  std::chrono::milliseconds start = std::chrono::seconds(2);
  std::chrono::milliseconds first_connect = std::chrono::seconds(30);
  std::chrono::milliseconds backoff_cap = std::chrono::seconds(120);
  std::chrono::milliseconds stable = std::chrono::seconds(60);

  void declare(config::Declaration& d);
};

// "vitald/v1/<device>/<role>"; roles: alarm, live, backfill, status, receipt.
std::string topic(const UplinkSettings& settings, const std::string& device, std::string_view role);

// As a session wants it. Reads the password file, so that a changed one counts at the next connect. Blocks.
Result<Endpoint> endpoint(const UplinkSettings& settings, const std::string& device);

BackoffLimits backoff_limits(const UplinkSettings& settings);

}  // namespace vitald
