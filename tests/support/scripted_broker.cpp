#include "tests/support/scripted_broker.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <deque>

#include "platform/linux/condition.hpp"

namespace vitald {

using asio::ip::tcp;

// Held by its coroutines and, once connected, by the broker's table.
struct ScriptedBroker::Client {
  explicit Client(tcp::socket taken) : socket(std::move(taken)), mail(socket.get_executor()) {}

  void write(std::string bytes) {
    out.push_back(std::move(bytes));
    mail.notify();
  }

  tcp::socket socket;
  ConnectPacket who;
  std::size_t in_flight = 0, in_flight_bytes = 0;
  std::deque<std::string> out;
  bool ends = false;  // when `out` is written
  Condition mail;
};

namespace {

asio::awaitable<Packet> read_packet(tcp::socket& socket, std::string& buffer) {
  for (;;) {
    const auto size = packet_size(buffer);
    if (size && buffer.size() >= *size) {
      Packet packet = parse_packet(std::string_view(buffer).substr(0, *size));
      buffer.erase(0, *size);
      co_return packet;
    }
    const std::size_t before = buffer.size();
    buffer.resize(before + 65'536);
    const auto space = asio::buffer(buffer) + before;
    const std::size_t got = co_await socket.async_read_some(space, asio::use_awaitable);
    buffer.resize(before + got);
  }
}

}  // namespace

ScriptedBroker::ScriptedBroker(asio::io_context& loop, BrokerScript how, ClientLimits limits)
    : script(std::move(how)),
      acceptor_(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      limits_(std::move(limits)) {
  asio::co_spawn(loop, accept(), asio::detached);
}

ScriptedBroker::~ScriptedBroker() = default;

std::uint16_t ScriptedBroker::port() const { return acceptor_.local_endpoint().port(); }

asio::awaitable<void> ScriptedBroker::accept() {
  for (;;) {
    tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
    auto client = std::make_shared<Client>(std::move(socket));
    const auto executor = acceptor_.get_executor();
    asio::co_spawn(executor, serve(client), asio::detached);
    auto write_out = [](std::shared_ptr<Client> to) -> asio::awaitable<void> {
      for (;;) {
        while (to->out.empty() && !to->ends) co_await to->mail.wait();
        if (to->out.empty()) break;
        const std::string bytes = std::move(to->out.front());
        to->out.pop_front();
        co_await asio::async_write(to->socket, asio::buffer(bytes), asio::use_awaitable);
      }
      to->socket.close();
    };
    asio::co_spawn(executor, write_out(client), asio::detached);
  }
}

asio::awaitable<void> ScriptedBroker::serve(std::shared_ptr<Client> client) {
  try {
    std::string buffer;
    for (;;) {
      Packet packet = co_await read_packet(client->socket, buffer);
      co_await answer(client, std::move(packet));
    }
  } catch (const std::exception&) {
    client->ends = true;  // gone, or speaks no MQTT
    client->mail.notify();
  }
}

asio::awaitable<void> ScriptedBroker::answer(std::shared_ptr<Client> client, Packet packet) {
  switch (packet.type) {
    case PacketType::connect:
      co_await greet(client, std::move(packet));
      break;
    case PacketType::publish:
      co_await take(client, std::move(packet));
      break;
    case PacketType::subscribe: {
      if (script.ends_at_subscribe) throw std::runtime_error("killed");
      const std::string five = client->who.level == 5 ? std::string(1, '\0') : "";
      client->write(vitald::packet(PacketType::suback, 0, packet.body.substr(0, 2) + five + '\1'));
      break;
    }
    case PacketType::pingreq:
      client->write(vitald::packet(PacketType::pingresp, 0, ""));
      break;
    default:
      break;
  }
}

asio::awaitable<void> ScriptedBroker::greet(std::shared_ptr<Client> client, Packet packet) {
  client->who = parse_connect(packet);
  check_connect(client->who);
  connects.push_back(client->who);
  connected_at.push_back(boot_now());
  const auto to_5 = client->who.level == 5 ? script.to_5 : BrokerScript::To5::welcome;
  if (to_5 == BrokerScript::To5::silence) co_return;
  if (to_5 == BrokerScript::To5::refuse) client->write(connack(4, 1));
  if (to_5 == BrokerScript::To5::welcome) client->write(connack(client->who.level, script.connack));
  client->ends = to_5 != BrokerScript::To5::welcome || script.connack != 0;
  client->mail.notify();
  if (client->ends) co_return;
  auto& place = clients_[client->who.client_id];
  if (place && place->socket.is_open()) {  // MQTT-3.1.4-3: the elder goes
    if (place->who.level == 5) place->write(vitald::packet(PacketType::disconnect, 0, std::string("\x8E\0", 2)));
    place->ends = true;
    place->mail.notify();
  }
  place = client;
}

std::string ScriptedBroker::connack(int level, std::uint8_t code) const {
  std::string body{'\0', static_cast<char>(code)};
  if (level == 5) {
    std::string properties;
    if (script.receive_maximum > 0) properties += '\x21' + two_bytes(script.receive_maximum);
    if (script.server_keep_alive > 0) properties += '\x13' + two_bytes(script.server_keep_alive);
    if (script.maximum_packet > 0) properties += '\x27' + four_bytes(script.maximum_packet);
    body += static_cast<char>(properties.size()) + properties;
  }
  return vitald::packet(PacketType::connack, 0, body);
}

asio::awaitable<void> ScriptedBroker::take(std::shared_ptr<Client> client, Packet packet) {
  PublishPacket publish = parse_publish(packet, client->who.level);
  ++client->in_flight;
  client->in_flight_bytes += publish.payload.size();
  most_in_flight = std::max(most_in_flight, client->in_flight);
  check_publish(*client, publish);
  published.push_back(publish);
  asio::co_spawn(acceptor_.get_executor(), acknowledge(client, std::move(publish)), asio::detached);
  co_return;
}

asio::awaitable<void> ScriptedBroker::acknowledge(std::shared_ptr<Client> client, PublishPacket publish) {
  if (script.puback_after.count() > 0) co_await sleep_for(script.puback_after);
  const std::uint8_t reason = script.reason ? script.reason(publish) : std::uint8_t{0};
  --client->in_flight;
  client->in_flight_bytes -= publish.payload.size();
  std::string body = two_bytes(publish.id);
  if (reason != 0 && client->who.level == 5) body += static_cast<char>(reason);
  client->write(vitald::packet(PacketType::puback, 0, body));
}

void ScriptedBroker::send(const std::string& topic, const std::string& payload) {
  for (const auto& [id, client] : clients_) {
    const std::string five = client->who.level == 5 ? std::string(1, '\0') : "";
    client->write(vitald::packet(PacketType::publish, 0, text_field(topic) + five + payload));
  }
}

void ScriptedBroker::disconnect(std::uint8_t reason) {
  for (const auto& [id, client] : clients_) {
    if (client->who.level == 5)
      client->write(vitald::packet(PacketType::disconnect, 0, std::string{static_cast<char>(reason), '\0'}));
    client->ends = true;
    client->mail.notify();
  }
  clients_.clear();
}

void ScriptedBroker::note(const std::string& what) { broken.push_back(what); }

void ScriptedBroker::check_connect(const ConnectPacket& connect) {
  const bool is_early = !connected_at.empty() && boot_now() - connected_at.back() < limits_.connect_gap;
  if (is_early) note("connects again too soon");
  if (limits_.only_3_1_1 && connect.level != 4) note("speaks MQTT 5");
  if (connect.keep_alive < limits_.keep_alive_least) note("keep-alive too short");
  if (limits_.keep_alive_most > 0 && connect.keep_alive > limits_.keep_alive_most) note("keep-alive too long");
}

void ScriptedBroker::check_publish(const Client& client, const PublishPacket& publish) {
  const auto above = [](std::size_t value, std::size_t limit) { return limit > 0 && value > limit; };
  const auto slashes = static_cast<std::size_t>(std::ranges::count(publish.topic, '/'));
  if (above(publish.payload.size(), limits_.message_bytes)) note("a message is too large");
  if (above(client.in_flight, limits_.in_flight)) note("too many messages in flight");
  if (above(client.in_flight_bytes, limits_.in_flight_bytes)) note("too many bytes in flight");
  if (above(publish.topic.size(), limits_.topic_bytes)) note("a topic is too long");
  if (above(slashes, limits_.topic_slashes)) note("a topic has too many levels");
  check_rate(publish.payload.size());
}

void ScriptedBroker::check_rate(std::size_t bytes) {
  const BootTime now = boot_now();
  last_second_.emplace_back(now, bytes);
  std::erase_if(last_second_, [&](const auto& one) { return now - one.first >= std::chrono::seconds(1); });
  std::size_t sum = 0;
  for (const auto& [at, size] : last_second_) sum += size;
  if (limits_.messages_per_s > 0 && last_second_.size() > limits_.messages_per_s) note("too many messages a second");
  if (limits_.bytes_per_s > 0 && sum > limits_.bytes_per_s) note("too many bytes a second");
}

}  // namespace vitald
