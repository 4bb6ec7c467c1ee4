#include "sync/uplink/uplink_settings.hpp"

#include <algorithm>
#include <random>

#include "platform/linux/clock.hpp"
#include "platform/linux/file.hpp"
#include "sync/uplink/cloud_identity.hpp"
#include "sync/uplink/cloud_profile.hpp"

namespace vitald {

using namespace std::chrono_literals;

void TlsSettings::declare(config::Declaration& d) {
  d.text("ca", ca, "PEM file of the authorities that may have signed the broker's certificate; no others are trusted.");
  d.text("certificate", certificate, "PEM file of this program's own certificate, with its chain; \"\" = none.");
  d.text("key", key, "PEM file of the private key of that certificate; \"\" = none.");
  d.rule(certificate.empty() == key.empty(), "certificate and key go together");
}

void OtherBroker::declare(config::Declaration& d) {
  d.text("host", host, "Name or address; its certificate must carry it.");
  d.required("host");
  d.integer("port", port, {1, 65'535}, "TCP port.");
}

void DaySettings::declare(config::Declaration& d) {
  constexpr config::Range<std::int64_t> kAny{0, 1'000'000'000};
  d.integer("alarm_kb", alarm_kb, kAny, "Of alarms; 0: no limit.");
  d.integer("vital_kb", vital_kb, kAny, "Of vital readings; 0: no limit.");
  d.integer("waveform_kb", waveform_kb, kAny, "Of waveforms; 0: no limit.");
}

void UplinkSettings::declare(config::Declaration& d) {
  d.text("host", host, "Name or address of the MQTT broker; its certificate must carry it.");
  d.integer("port", port, {1, 65'535}, "TCP port of the broker.");
  d.list("others", others, "Further brokers, tried in this order when the ones before cannot be reached.");
  d.section("tls", tls, "Certificates. The broker's is always verified, its name too.");
  d.boolean(
      "plain_tcp", plain_tcp,
      "Connect without TLS: whoever is on the network can read topics, suppress messages and pose as the broker.");
  d.rule(plain_tcp || !tls.ca.empty(), "tls.ca is missing (to connect without TLS, say so: \"plain_tcp\": true)");
  d.text("user", user, "User name for the broker. \"\" = none.");
  d.text("password_file", password_file, "File whose first line is the password. Read again at each connect.");
  d.text("client_id", client_id, "MQTT client id. \"\" = the device's id.");
  d.choice("profile", profile, cloud_profile_names(),
           "What the broker's cloud wants: names of topics, credentials, limits (docs/cloud-profiles.md).");
  d.text("product", product, "Product key or id that the cloud gave this kind of device; \"\" = none.");
  d.text("secret_file", secret_file, "File whose first line is the device's secret, for clouds that want one.");
  d.rule(cloud_profile(profile).credentials == "settings" || !secret_file.empty(),
         "this profile makes the password from the device's secret: secret_file is missing");
  d.rule((profile != "aliyun-iot" && profile != "tencent-iot") || !product.empty(), "this profile needs product");
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

  d.choice(
      "confirm", confirm, {"receipt", "puback"},
      "What a batch's place in the outbox is given up for: the receiver's receipt that it is stored, or (weaker: the "
      "broker may lose it) the broker's PUBACK, for clouds where no vitald-receiver runs. Confirmed batches stay for "
      "outbox.keep_h and can be sent again.");
  d.section("day", day,
            "Most bytes a day (24 h of running) on the wire, TLS included; what is over waits for the next.");

  d.duration("resend_s", resend, {1s, 3600s},
             "A batch without a receipt is sent again after that, then after twice that.");
  d.duration("resend_longest_s", resend_longest, {1s, 24h}, "Longest time between two sendings of one batch.");

  d.duration("start_s", start, {0s, 600s}, "The first connect after a start waits at random up to this.");
  d.duration("first_connect_s", first_connect, {0s, 600s},
             "The first connect after an outage waits at random up to this: a fleet must not come back in one second.");
  d.duration("backoff_cap_s", backoff_cap, {1s, 3600s},
             "Further attempts wait at random up to twice as long each, at most this.");
  d.duration("stable_s", stable, {1s, 3600s}, "A link that lasted this long ends the doubling.");
  d.duration("refused_wait_s", refused_wait, {0s, 24h},
             "After \"not authorised\" or \"session taken over\" the next attempt waits between half of this and all.");
  d.duration("send_every_min", send_every, {0min, 24h},
             "Connect that often only, send everything, disconnect: for batteries. Alarms connect at once. 0: stay "
             "connected.");
}

namespace {

// The lesser, where 0 means no limit.
void limit(std::uint32_t& value, std::uint32_t most) {
  if (most > 0) value = std::min(value, most);
}

}  // namespace

UplinkSettings within_limits(UplinkSettings settings) {
  const CloudLimits& limits = cloud_profile(settings.profile).limits;
  limit(settings.message_bytes, limits.message_bytes);
  limit(settings.window_messages, limits.window_messages);
  limit(settings.window_bytes, limits.window_bytes);
  limit(settings.message_bytes, settings.window_bytes);
  settings.keep_alive = std::clamp(settings.keep_alive, limits.keep_alive_least, limits.keep_alive_most);
  return settings;
}

std::string topic(const UplinkSettings& settings, const std::string& device, std::string_view role) {
  return fill(cloud_profile(settings.profile).topics.of(role), settings.prefix, device, settings.product);
}

namespace {

Result<std::string> first_line(const std::string& file) {
  if (file.empty()) return std::string();
  auto text = read_file(file, 4096);
  if (!text) return text.error();
  return text->substr(0, text->find_first_of("\r\n"));
}

std::string any_letters() {
  std::random_device random;
  std::string letters;
  for (int i = 0; i < 5; ++i) letters += static_cast<char>('a' + random() % 26);
  return letters;
}

Result<CloudIdentity> own_identity(const UplinkSettings& settings, const std::string& device) {
  auto password = first_line(settings.password_file);
  if (!password) return password.error().in("reading the password");
  return CloudIdentity{settings.client_id.empty() ? device : settings.client_id, settings.user, *password};
}

Result<CloudIdentity> identity(const UplinkSettings& settings, const std::string& device) {
  const std::string& kind = cloud_profile(settings.profile).credentials;
  if (kind == "settings") return own_identity(settings, device);
  auto secret = first_line(settings.secret_file);
  if (!secret) return secret.error().in("reading the device's secret");
  const CloudDevice cloud{settings.product, device, *secret};
  if (kind == "aliyun") return aliyun_identity(cloud, utc_now(), !settings.plain_tcp);
  if (kind == "tencent") return tencent_identity(cloud, utc_now(), any_letters());
  return huawei_identity(cloud, utc_now());
}

Result<void> check_topics(const UplinkSettings& settings, const std::string& device) {
  const CloudLimits& limits = cloud_profile(settings.profile).limits;
  for (const char* role : {"alarm", "live", "backfill", "status", "receipt"}) {
    const std::string name = topic(settings, device, role);
    const bool is_long = limits.topic_bytes > 0 && name.size() > limits.topic_bytes;
    const bool is_deep = limits.topic_slashes > 0 && std::count(name.begin(), name.end(), '/') > limits.topic_slashes;
    if (is_long || is_deep) return Error(Code::invalid, "the cloud does not take a topic as long as " + name);
  }
  return {};
}

}  // namespace

Result<std::vector<Endpoint>> endpoints(const UplinkSettings& settings, const std::string& device) {
  if (const auto fits = check_topics(settings, device); !fits) return fits.error();
  auto who = identity(settings, device);
  if (!who) return who.error();
  Endpoint endpoint;
  endpoint.tls = !settings.plain_tcp;
  endpoint.files = {settings.tls.ca, settings.tls.certificate, settings.tls.key, settings.tls.passphrase};
  endpoint.client_id = who->client_id;
  endpoint.user = who->user;
  endpoint.password = who->password;
  endpoint.keep_alive = std::chrono::duration_cast<std::chrono::seconds>(settings.keep_alive);
  endpoint.mqtt_5 = cloud_profile(settings.profile).mqtt_5;
  if (!settings.confirmed_by_puback()) endpoint.subscriptions = {topic(settings, device, "receipt")};
  std::vector<OtherBroker> brokers{{settings.host, settings.port}};
  brokers.insert(brokers.end(), settings.others.begin(), settings.others.end());
  std::vector<Endpoint> all;
  for (const OtherBroker& broker : brokers) {
    endpoint.host = broker.host;
    endpoint.port = broker.port;
    all.push_back(endpoint);
  }
  return all;
}

TurnLimits turn_limits(const UplinkSettings& settings) {
  const BackoffLimits backoff{settings.start, settings.first_connect, settings.backoff_cap, settings.stable};
  return {backoff, settings.refused_wait, settings.send_every, cloud_profile(settings.profile).limits.connect_gap};
}

}  // namespace vitald
