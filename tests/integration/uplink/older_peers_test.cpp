// What an installed broker cannot show: peers that speak no MQTT 5, or no TLS 1.2.

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include "platform/linux/clock.hpp"
#include "sync/uplink/paho_session.hpp"
#include "tests/integration/uplink/rig.hpp"
#include "tests/support/result.hpp"

namespace vitald {
namespace {

using asio::ip::tcp;

// Speaks just enough MQTT 3.1.1 to be connected and subscribed to.
class OldBroker {
 public:
  enum class Answer { close, refuse };  // to a CONNECT of MQTT 5: as RabbitMQ 3.10 does, as NATS 2.9 does

  OldBroker(asio::io_context& loop, Answer answer)
      : acceptor_(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0)), answer_(answer) {
    asio::co_spawn(loop, accept(), asio::detached);
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::vector<int> levels;  // of the CONNECTs, as they came

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
      asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
    }
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    for (;;) {
      const std::string packet = co_await read(socket);
      const int kind = static_cast<unsigned char>(packet.at(0)) >> 4;
      if (kind == 1) {
        const bool is_welcome = co_await greet(socket, packet);
        if (!is_welcome) co_return;
      }
      if (kind == 8) co_await write(socket, suback(packet));
    }
  }

  asio::awaitable<bool> greet(tcp::socket& socket, const std::string& connect) {
    levels.push_back(connect.at(8));  // after the header's two bytes and the name "MQTT" with its length
    const bool is_old = levels.back() < 5;
    if (is_old || answer_ == Answer::refuse) co_await write(socket, connack(is_old ? 0 : 1));
    co_return is_old;
  }

  static std::string connack(char code) { return {0x20, 2, 0, code}; }
  static std::string suback(const std::string& subscribe) { return {'\x90', 3, subscribe.at(2), subscribe.at(3), 1}; }

  static asio::awaitable<std::string> read(tcp::socket& socket) {
    std::string packet(2, '\0');  // a packet of ours is below 128 bytes: one byte of length
    co_await asio::async_read(socket, asio::buffer(packet), asio::use_awaitable);
    packet.resize(2U + static_cast<unsigned char>(packet[1]));
    co_await asio::async_read(socket, asio::buffer(packet) + 2, asio::use_awaitable);
    co_return packet;
  }
  static asio::awaitable<void> write(tcp::socket& socket, std::string bytes) {
    co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
  }

  tcp::acceptor acceptor_;
  Answer answer_;
};

void check_fallback(OldBroker::Answer answer) {
  asio::io_context loop;
  OldBroker broker(loop, answer);
  const auto session = make_paho_session(loop.get_executor());
  const Endpoint endpoint = plain_endpoint(broker.port());
  for (int round = 0; round < 2; ++round) {
    const auto connected = run(loop, session->connect(endpoint, 30s));
    REQUIRE(connected);
    CHECK(connected->mqtt_version == 4);
    run(loop, session->disconnect(5s));
  }
  CHECK(broker.levels == std::vector<int>{5, 4, 4});  // the second time it is known
}

TEST_CASE("a broker that closes on MQTT 5 gets 3.1.1, and that is remembered") {
  check_fallback(OldBroker::Answer::close);
}

TEST_CASE("a broker that refuses MQTT 5 gets 3.1.1, and that is remembered") {
  check_fallback(OldBroker::Answer::refuse);
}

asio::awaitable<void> serve_tls_1_1(tcp::acceptor& acceptor, asio::ssl::context& context) {
  for (;;) {
    tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    asio::ssl::stream<tcp::socket> stream(std::move(socket), context);
    co_await stream.async_handshake(asio::ssl::stream_base::server, asio::as_tuple(asio::use_awaitable));
  }
}

TEST_CASE("a broker without TLS 1.2 is refused, and the error says so") {
  const Certificates certificates;
  asio::io_context loop;
  tcp::acceptor acceptor(loop, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  asio::ssl::context context(asio::ssl::context::tls_server);
  SSL_CTX_set_security_level(context.native_handle(), 0);
  SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_1_VERSION);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
  context.use_certificate_chain_file(certificates.broker.certificate);
  context.use_private_key_file(certificates.broker.key, asio::ssl::context::pem);
  asio::co_spawn(loop, serve_tls_1_1(acceptor, context), asio::detached);

  const auto session = make_paho_session(loop.get_executor());
  const auto connected = run(loop, session->connect(certificates.endpoint(acceptor.local_endpoint().port()), 20s));
  REQUIRE_FALSE(connected);
  CHECK_THAT(connected.error().sentence(), Catch::EndsWith("offers no TLS 1.2 or newer"));
}

}  // namespace
}  // namespace vitald
