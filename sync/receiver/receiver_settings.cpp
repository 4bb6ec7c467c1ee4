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
  d.text(
      "group", group,
      "Receivers of one group share what arrives ($share subscriptions); each takes part of it into one PostgreSQL "
      "database. client_id is made unique by itself. The receiver refuses to start where the broker does not announce "
      "shared subscriptions. \"\" = no group.");
  d.rule(is_group(group), "group must be one topic level without wildcards, such as ingest");
  d.duration("keep_alive_s", keep_alive, {5s, 1160s}, "MQTT keep-alive: how often an idle link is tried.");
  d.duration("connect_within_s", connect_within, {2s, 120s}, "Longest time for a connect, name and TLS included.");
  d.duration("backoff_cap_s", backoff_cap, {1s, 3600s},
             "Attempts to connect wait at random up to twice as long each, at most this.");
}

void RetentionSettings::declare(config::Declaration& d) {
  d.duration("readings_d", readings, {0h, 24h * 36'500},
             "Rows of readings are removed so long after they came; the batches stay and can be exported. 0 = never.");
  d.duration("bodies_d", bodies, {0h, 24h * 36'500},
             "Stored batches are removed so long after they came, and with them all their readings; what was received "
             "stays known. 0 = never.");
  d.integer("partition_days", partition_days, {1, 366},
            "PostgreSQL only: days in a partition. Retention removes whole partitions.");
  d.rule(bodies == 0h || (readings > 0h && readings <= bodies),
         "readings_d must be set, and not longer than bodies_d: readings without their batches could not be verified");
}

void WebhookSettings::declare(config::Declaration& d) {
  d.text("url", url, "http:// or https:// URL that batches of class alarm are posted to. \"\" = off.");
  d.text("secret_file", secret_file,
         "File whose first line is the secret of the signature (HMAC-SHA-256, header X-Vitald-Signature).");
  d.rule(url.empty() || !secret_file.empty(), "webhook.secret_file is missing");
  d.rule(url.empty() || url.starts_with("https://") || url.starts_with("http://"), "url must begin with https://");
  d.text("ca", ca, "PEM file of the authorities that the webhook's certificate is held against. \"\" = the system's.");
  d.duration("answer_within_s", answer_within, {1s, 120s}, "Longest time for one call.");
  d.duration("backoff_cap_s", backoff_cap, {1s, 24h},
             "A call that fails is made again after a second, at random up to twice as long each, at most this.");
}

void MetricsSettings::declare(config::Declaration& d) {
  d.text("address", address, "Address that the metrics are served on.");
  d.integer("port", port, {0, 65'535}, "TCP port of GET /metrics, in Prometheus' text format. 0 = off.");
}

void FhirSettings::declare(config::Declaration& d) {
  d.text("address", address, "Address that the FHIR read API is served on.");
  d.integer("port", port, {0, 65'535}, "TCP port of the FHIR R4 read API. 0 = off.");
  d.text("base_url", base_url, "URL of the API as clients see it, for links in answers. \"\" = from the request.");
  d.text("certificate", certificate,
         "PEM file of the API's certificate. \"\" = plain HTTP, for a proxy in front of it.");
  d.text("key", key, "PEM file of its key.");
  d.text("client_ca", client_ca, "PEM file of authorities: clients must show a certificate of one of them.");
  d.text("token_file", token_file, "File of bearer tokens, one a line; a client must send one of them.");
  d.rule(port == 0 || !client_ca.empty() || !token_file.empty(),
         "the FHIR API needs token_file or client_ca: it is not served to everybody");
  d.rule(client_ca.empty() || !certificate.empty(), "client_ca needs certificate and key");
  d.rule(certificate.empty() == key.empty(), "certificate and key belong together");
  d.text("subject", subject,
         "Reference that exported Observations name as their subject, assigned beforehand by the FHIR server, such as "
         "Patient/{device}; {device} and {sensor} are replaced; empty = Observations name no subject.");
}

void ReceiverSettings::declare(config::Declaration& d) {
  d.choice("log_level", log_level, {"debug", "info", "warning", "error"}, "Least important line that is logged.");
  d.text(
      "database", database,
      "SQLite file of the ledger, made when it does not exist; or postgresql://user@host/database (password: libpq's "
      "password file).");
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
  d.choice(
      "projection", projection, {"readings", "nothing"},
      "readings: each reading of class vital is a row that SQL can read; nothing: they stay in the stored batches, "
      "which costs a fraction. Alarms are always rows, waveforms never.");
  d.section("retention", retention, "How long readings and batches are kept. The ledger of what was received stays.");
  d.section("webhook", webhook, "Where alarms are pushed to.");
  d.section("metrics", metrics, "Metrics for Prometheus.");
  d.section("fhir", fhir, "The FHIR R4 read API, and what the FHIR export adds.");
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
  endpoint.subscriptions = subscriptions(settings.prefix, broker.group);
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
