#pragma once

// The receiver's settings: one JSON file, read by every subcommand.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "platform/config/declaration.hpp"
#include "sync/uplink/backoff.hpp"
#include "sync/uplink/session.hpp"
#include "sync/uplink/uplink_settings.hpp"

namespace vitald {

struct BrokerSettings {
  std::string host = "localhost";
  std::uint16_t port = 8883;
  TlsSettings tls{"/etc/vitald-receiver/ca.crt", "/etc/vitald-receiver/receiver.crt",
                  "/etc/vitald-receiver/receiver.key"};
  bool plain_tcp = false;
  std::string user, password_file;
  std::string client_id = "vitald-receiver";
  std::string group;  // of shared subscriptions; "" = this receiver takes everything
  std::chrono::milliseconds keep_alive = std::chrono::seconds(60);
  std::chrono::milliseconds connect_within = std::chrono::seconds(20);
  std::chrono::milliseconds backoff_cap = std::chrono::seconds(10);

  void declare(config::Declaration& d);
};

// How long what is not the ledger is kept; 0 = for ever.
struct RetentionSettings {
  std::chrono::hours readings{0}, bodies{0};
  std::uint32_t partition_days = 7;

  void declare(config::Declaration& d);
};

struct WebhookSettings {
  std::string url;  // "" = off
  std::string secret_file, ca;
  std::chrono::milliseconds answer_within = std::chrono::seconds(10);
  std::chrono::milliseconds backoff_cap = std::chrono::minutes(5);

  void declare(config::Declaration& d);
};

struct MetricsSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0 = off

  void declare(config::Declaration& d);
};

struct FhirSettings {
  std::string subject;  // "" = none; "{device}" and "{sensor}" are replaced
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0 = off
  std::string base_url;    // "" = from the request
  std::string certificate, key, client_ca, token_file;

  void declare(config::Declaration& d);
};

struct ReceiverSettings {
  std::string log_level = "info";
  std::string database = "/var/lib/vitald-receiver/receiver.db";
  std::string keys = "/etc/vitald-receiver/keys";
  std::vector<std::string> former_keys;
  std::string prefix = "vitald/v1";
  BrokerSettings uplink;
  std::chrono::milliseconds commit_interval{30};
  std::size_t commit_batches = 500;
  std::size_t queue_messages = 20'000;
  std::size_t queue_bytes = 64 << 20;
  std::size_t message_bytes = 256 << 10;
  std::uint32_t credit = 256;
  std::chrono::seconds ask_again{60};
  bool accept_unsealed = false;
  std::string projection = "readings";
  RetentionSettings retention;
  WebhookSettings webhook;
  MetricsSettings metrics;
  FhirSettings fhir;

  bool projects_vitals() const { return projection == "readings"; }
  bool pushes_alarms() const { return !webhook.url.empty(); }

  std::string private_key_file() const { return keys + "/recipient.key"; }
  std::string public_key_file() const { return keys + "/recipient.pub"; }

  void declare(config::Declaration& d);
};

// Where to connect and what to subscribe to. Reads the password file, so that a changed one counts at the next connect.
Result<Endpoint> endpoint(const ReceiverSettings& settings);

// Between attempts to connect. There are few receivers and the devices wait for them: no long spread.
BackoffLimits backoff_limits(const ReceiverSettings& settings);

}  // namespace vitald
