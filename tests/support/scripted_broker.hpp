#pragma once

// A broker that does what installable ones cannot be made to do: a small Receive Maximum, reason codes, a keep-alive of
// its own, no MQTT 5, a session taken over, a cloud's limits held against the client. Plain TCP, on the caller's loop.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "platform/model/instant.hpp"
#include "tests/support/mqtt_packet.hpp"

namespace vitald {

namespace asio = boost::asio;

struct BrokerScript {
  enum class To5 { welcome, close, refuse, silence };  // what a CONNECT of MQTT 5 gets
  To5 to_5 = To5::welcome;
  std::uint8_t connack = 0;                                  // reason code to every CONNECT
  std::uint16_t receive_maximum = 0, server_keep_alive = 0;  // 0: not said
  std::uint32_t maximum_packet = 0;
  bool ends_at_subscribe = false;  // as one that is killed just then
  Microseconds puback_after{0};
  std::function<std::uint8_t(const PublishPacket&)> reason;  // of the PUBACK; none: 0
};

// What a client must keep to; 0 = anything. What it breaks is written down.
struct ClientLimits {
  std::size_t message_bytes = 0, in_flight = 0, in_flight_bytes = 0, messages_per_s = 0, bytes_per_s = 0;
  std::size_t topic_bytes = 0, topic_slashes = 0, keep_alive_least = 0, keep_alive_most = 0;
  Microseconds connect_gap{0};
  bool only_3_1_1 = false;
};

class ScriptedBroker {
 public:
  ScriptedBroker(asio::io_context& loop, BrokerScript script, ClientLimits limits = {});
  ~ScriptedBroker();

  std::uint16_t port() const;

  // From the broker to its clients.
  void send(const std::string& topic, const std::string& payload);
  void disconnect(std::uint8_t reason);  // MQTT 5's DISCONNECT; under 3.1.1 only closed

  BrokerScript script;
  std::vector<ConnectPacket> connects;
  std::vector<BootTime> connected_at;
  std::vector<PublishPacket> published;
  std::vector<std::string> broken;  // limits
  std::size_t most_in_flight = 0;

 private:
  struct Client;
  asio::awaitable<void> accept();
  asio::awaitable<void> serve(std::shared_ptr<Client> client);
  asio::awaitable<void> answer(std::shared_ptr<Client> client, Packet packet);
  asio::awaitable<void> greet(std::shared_ptr<Client> client, Packet packet);
  asio::awaitable<void> take(std::shared_ptr<Client> client, Packet packet);
  asio::awaitable<void> acknowledge(std::shared_ptr<Client> client, PublishPacket publish);
  std::string connack(int level, std::uint8_t code) const;
  void check_connect(const ConnectPacket& connect);
  void check_publish(const Client& client, const PublishPacket& publish);
  void check_rate(std::size_t bytes);
  void note(const std::string& what);

  asio::ip::tcp::acceptor acceptor_;
  ClientLimits limits_;
  std::map<std::string, std::shared_ptr<Client>> clients_;  // by client id
  std::vector<std::pair<BootTime, std::size_t>> last_second_;
};

}  // namespace vitald
