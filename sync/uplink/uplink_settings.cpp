#include "sync/uplink/uplink_settings.hpp"

#include "platform/linux/file.hpp"

namespace vitald {

using namespace std::chrono_literals;

void TlsSettings::declare(config::Declaration& d) {
  d.text("ca", ca, "PEM file of the authorities that may have signed the broker's certificate; no others are trusted.");
  d.text("certificate", certificate, "PEM file of this program's own certificate, with its chain; \"\" = none.");
  d.text("key", key, "PEM file of the private key of that certificate; \"\" = none.");
  d.rule(certificate.empty() == key.empty(), "certificate and key go together");
}

void UplinkSettings::declare(config::Declaration& d) {
  d.text("host", host, "Name or address of the MQTT broker; its certificate must carry it.");
  d.integer("port", port, {1, 65'535}, "TCP port of the broker.");
  d.section("tls", tls, "Certificates. The broker's is always verified, its name too.");
  d.boolean(
      "plain_tcp", plain_tcp,
      "Connect without TLS: whoever is on the network can read topics, suppress messages and pose as the broker.");
  d.rule(plain_tcp || !tls.ca.empty(), "tls.ca is missing (to connect without TLS, say so: \"plain_tcp\": true)");
  d.text("user", user, "User name for the broker. \"\" = none.");
  d.text("password_file", password_file, "File whose first line is the password. Read again at each connect.");
  d.text("client_id", client_id, "MQTT client id. \"\" = the device's id.");
  d.text("prefix", prefix, "First levels of every topic; <device>/<role> follows.");
  d.rule(!prefix.empty() && prefix.size() <= 128 && prefix.find_first_of("+#") == std::string::npos,
         "prefix is 1 to 128 characters without + and #");

  d.duration("keep_alive_s", keep_alive, {5s, 1160s}, "MQTT keep-alive: how often an idle link is tried.");
  d.duration("connect_within_s", connect_within, {2s, 120s}, "Longest time for a connect, name and TLS included.");
  d.duration("dead_link_s", dead_link, {1s, 600s},
             "Without a PUBACK for that long while one is due, the link is dead.");

  d.integer("window_messages", window_messages, {1, 900},
            "Messages in flight; the broker's Receive Maximum lowers it.");
  d.integer("window_bytes", window_bytes, {1024, 16 << 20}, "Bytes in flight.");
  d.integer("message_bytes", message_bytes, {1024, 1 << 20}, "Batches are bundled into messages of up to this size.");
  d.integer("first_credit", first_credit, {1, 100'000},
            "Batches that may wait for a receipt until the first receipt says how many.");

  d.duration("resend_s", resend, {1s, 3600s},
             "A batch without a receipt is sent again after that, then after twice that.");
  d.duration("resend_longest_s", resend_longest, {1s, 24h}, "Longest time between two sendings of one batch.");

  d.duration("start_s", start, {0s, 600s}, "The first connect after a start waits at random up to this.");
  d.duration("first_connect_s", first_connect, {0s, 600s},
             "The first connect after an outage waits at random up to this: a fleet must not come back in one second.");
  d.duration("backoff_cap_s", backoff_cap, {1s, 3600s},
             "Further attempts wait at random up to twice as long each, at most this.");
  d.duration("stable_s", stable, {1s, 3600s}, "A link that lasted this long ends the doubling.");
}

std::string topic(const UplinkSettings& settings, const std::string& device, std::string_view role) {
  return settings.prefix + "/" + device + "/" + std::string(role);
}

namespace {

Result<std::string> password(const std::string& file) {
  if (file.empty()) return std::string();
  auto text = read_file(file, 4096);
  if (!text) return text.error().in("reading the password");
  return text->substr(0, text->find_first_of("\r\n"));
}

}  // namespace

Result<Endpoint> endpoint(const UplinkSettings& settings, const std::string& device) {
  auto secret = password(settings.password_file);
  if (!secret) return secret.error();
  Endpoint endpoint;
  endpoint.host = settings.host;
  endpoint.port = settings.port;
  endpoint.tls = !settings.plain_tcp;
  endpoint.files = {settings.tls.ca, settings.tls.certificate, settings.tls.key};
  endpoint.client_id = settings.client_id.empty() ? device : settings.client_id;
  endpoint.user = settings.user;
  endpoint.password = *secret;
  endpoint.keep_alive = std::chrono::duration_cast<std::chrono::seconds>(settings.keep_alive);
  endpoint.subscriptions = {topic(settings, device, "receipt")};
  return endpoint;
}

BackoffLimits backoff_limits(const UplinkSettings& settings) {
  return {settings.start, settings.first_connect, settings.backoff_cap, settings.stable};
}

}  // namespace vitald
