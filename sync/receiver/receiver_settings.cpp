#include "sync/receiver/receiver_settings.hpp"

#include "platform/linux/file.hpp"
#include "sync/receiver/topic.hpp"

namespace vitald {

using namespace std::chrono_literals;

void BrokerSettings::declare(config::Declaration& d) {
  d.text("host", host, "Name or address of the MQTT broker; its certificate must carry it.");
  d.integer("port", port, {1, 65'535}, "TCP port of the broker.");
  d.section("tls", tls, "Certificates. The broker's is always verified, its name too.");
  d.boolean(
      "plain_tcp", plain_tcp,
      "Connect without TLS: whoever is on the network can read topics, suppress messages and pose as the broker.");
  d.rule(plain_tcp || !tls.ca.empty(), "tls.ca is missing (to connect without TLS, say so: \"plain_tcp\": true)");
  d.text("user", user, "User name for the broker. \"\" = none.");
  d.text("password_file", password_file, "File whose first line is the password. Read again at each connect.");
  d.text("client_id", client_id, "MQTT client id; a second client with the same one would throw the first one out.");
  d.rule(!client_id.empty(), "client_id must not be empty");
  d.duration("keep_alive_s", keep_alive, {5s, 1160s}, "MQTT keep-alive: how often an idle link is tried.");
  d.duration("connect_within_s", connect_within, {2s, 120s}, "Longest time for a connect, name and TLS included.");
  d.duration("backoff_cap_s", backoff_cap, {1s, 3600s},
             "Attempts to connect wait at random up to twice as long each, at most this.");
}

void FhirSettings::declare(config::Declaration& d) {
  d.text("subject", subject,
         "Reference that exported Observations name as their subject, assigned beforehand by the FHIR server, such as "
         "Patient/{device}; {device} and {sensor} are replaced; empty = Observations name no subject.");
}

void ReceiverSettings::declare(config::Declaration& d) {
  d.choice("log_level", log_level, {"debug", "info", "warning", "error"}, "Least important line that is logged.");
  d.text("database", database, "SQLite file of the ledger; made when it does not exist.");
  d.rule(!database.empty(), "database must not be empty");
  d.text("keys", keys,
         "Directory of the recipient's key pair, recipient.key and recipient.pub; `vitald-receiver keys generate` "
         "makes it.");
  d.texts("former_keys", former_keys,
          "Private key files of former recipients: what devices still seal to them, and what was sealed to them, is "
          "opened as well.");
  d.text("prefix", prefix, "Topics are {prefix}/{device}/alarm and so on; the same as on the devices.");
  d.rule(is_topic_prefix(prefix), "prefix must be topic levels without wildcards, such as vitald/v1");
  d.section("uplink", uplink, "The broker that the devices' messages come from.");
  d.duration("commit_interval_ms", commit_interval, {0ms, 10s},
             "How long arriving batches are gathered before they are written in one transaction.");
  d.integer("commit_batches", commit_batches, {1, 100'000}, "So many gathered batches are written without waiting.");
  d.integer("queue_messages", queue_messages, {1, 10'000'000},
            "Messages that may wait for the database; further ones are dropped without a receipt and come again.");
  d.integer("queue_bytes", queue_bytes, {1 << 20, std::int64_t{1} << 40}, "The same limit in bytes.");
  d.integer("message_bytes", message_bytes, {1024, 256 << 20}, "A larger message is refused.");
  d.integer("credit", credit, {1, 1'000'000}, "Batches that a device may have sent without a receipt.");
  d.duration("ask_again_s", ask_again, {1s, 24h},
             "A batch that a device holds and nothing has brought for so long is asked for; asked again after twice as "
             "long, and so on up to an hour.");
  d.boolean("accept_unsealed", accept_unsealed, "Accept batches that anyone on the way could have read or written.");
  d.section("fhir", fhir, "What the FHIR export adds.");
}

namespace {

Result<std::string> first_line(const std::string& file) {
  auto text = read_file(file, 4096);
  if (!text) return text.error().in("reading the broker's password");
  return text->substr(0, text->find_first_of("\r\n"));
}

}  // namespace

Result<Endpoint> endpoint(const ReceiverSettings& settings) {
  const BrokerSettings& broker = settings.uplink;
  Endpoint endpoint;
  endpoint.host = broker.host;
  endpoint.port = broker.port;
  endpoint.tls = !broker.plain_tcp;
  endpoint.files = {broker.tls.ca, broker.tls.certificate, broker.tls.key};
  endpoint.client_id = broker.client_id;
  endpoint.user = broker.user;
  endpoint.keep_alive = std::chrono::duration_cast<std::chrono::seconds>(broker.keep_alive);
  endpoint.subscriptions = subscriptions(settings.prefix);
  if (broker.password_file.empty()) return endpoint;
  auto password = first_line(broker.password_file);
  if (!password) return password.error();
  endpoint.password = std::move(*password);
  return endpoint;
}

BackoffLimits backoff_limits(const ReceiverSettings& settings) {
  return {.start = 0s, .spread = 1s, .ceiling = settings.uplink.backoff_cap};
}

}  // namespace vitald
