#pragma once

// An MQTT session as the uploader needs it: a plain pipe. No queue, no persistence, no reconnect of its own: the outbox
// is the only queue and the uploader the only one who decides. Everything is called and reported on the loop's thread.

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "platform/model/result.hpp"

namespace vitald {

namespace asio = boost::asio;

struct TlsFiles {
  std::string ca;               // PEM; the only roots that are trusted
  std::string certificate;      // PEM; the device's own, "" = none
  std::string key;              // PEM
  std::string passphrase = {};  // of the key, "" = it is in the clear
};

struct Endpoint {
  std::string host;
  std::uint16_t port = 8883;
  bool tls = true;
  TlsFiles files;
  std::string client_id;
  std::string user, password;
  std::chrono::seconds keep_alive{60};
  bool mqtt_5 = true;                      // try it first; else 3.1.1 only
  std::vector<std::string> subscriptions;  // topics, QoS 1

  std::string where() const { return host + ":" + std::to_string(port); }
};

// What a connected broker allows.
struct Connected {
  int mqtt_version = 5;  // 5 or 4 (3.1.1)
  std::uint32_t receive_maximum = 65'535;
  std::uint32_t maximum_packet = 268'435'455;                     // bytes
  std::chrono::seconds keep_alive = std::chrono::seconds::max();  // the longest that it allows
  // MQTT 5 only, and not where the CONNACK says that there are none.
  bool shared_subscriptions = true;
};

struct PubAck {
  std::uint32_t publish;  // as given to publish()
  int reason = 0;         // MQTT 5 reason code; >= 0x80: refused
};
struct Message {
  std::string topic, payload;
};
struct Lost {
  Error why;
};
using Event = std::variant<PubAck, Message, Lost>;

class Session {
 public:
  virtual ~Session() = default;
  // Resolves, connects, subscribes; within `within`, and a few seconds more to find out what went wrong. An error is a
  // sentence for a person; its code says whether waiting may help (unavailable, timeout) or somebody must act (refused,
  // invalid), its kind (trouble.hpp) what it is. Ends a connection that is still there.
  virtual asio::awaitable<Result<Connected>> connect(const Endpoint& endpoint, std::chrono::milliseconds within) = 0;
  // QoS 1. Never blocks; an error means that the connection is gone (a Lost event follows). `publish` is any number
  // that is not in flight.
  virtual Result<void> publish(std::uint32_t publish, const std::string& topic, std::string payload) = 0;
  // The next event; waits. After Lost: nothing until the next connect().
  virtual asio::awaitable<Event> next() = 0;
  // What went over the present connection's socket, both ways, TLS included; 0 = not known.
  virtual std::uint64_t wire_bytes() { return 0; }
  // Returns at once when there is no connection; after `within` in any case.
  virtual asio::awaitable<void> disconnect(std::chrono::milliseconds within) = 0;
};

}  // namespace vitald
