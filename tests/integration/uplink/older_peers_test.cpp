// What an installed broker cannot show: peers that speak no MQTT 5, or no TLS 1.2.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <catch2/catch.hpp>

#include "platform/linux/clock.hpp"
#include "sync/uplink/paho_session.hpp"
#include "sync/uplink/trouble.hpp"
#include "tests/integration/uplink/rig.hpp"
#include "tests/support/result.hpp"
#include "tests/support/scripted_broker.hpp"

namespace vitald {
namespace {

using asio::ip::tcp;

std::vector<int> levels(const ScriptedBroker& broker) {
  std::vector<int> all;
  for (const ConnectPacket& connect : broker.connects) all.push_back(connect.level);
  return all;
}

std::vector<int> levels_after_two_connects(BrokerScript::To5 to_5) {
  asio::io_context loop;
  BrokerScript script;
  script.to_5 = to_5;
  ScriptedBroker broker(loop, script);
  const auto session = make_paho_session(loop.get_executor());
  const Endpoint endpoint = plain_endpoint(broker.port());
  for (int round = 0; round < 2; ++round) {
    const auto connected = run(loop, session->connect(endpoint, 30s));
    REQUIRE(connected);
    CHECK(connected->mqtt_version == 4);
    run(loop, session->disconnect(5s));
  }
  return levels(broker);
}

TEST_CASE("a broker that closes on MQTT 5 twice gets 3.1.1, and that is remembered") {
  CHECK(levels_after_two_connects(BrokerScript::To5::close) == std::vector<int>{5, 5, 4, 4});
}

TEST_CASE("a broker that refuses MQTT 5 gets 3.1.1, and that is remembered") {
  CHECK(levels_after_two_connects(BrokerScript::To5::refuse) == std::vector<int>{5, 4, 4});
}

TEST_CASE("a broker that does not answer a CONNECT is not taken for an old one") {
  asio::io_context loop;
  BrokerScript script;
  script.to_5 = BrokerScript::To5::silence;
  ScriptedBroker broker(loop, script);
  const auto session = make_paho_session(loop.get_executor());
  const auto silent = run(loop, session->connect(plain_endpoint(broker.port()), 9s));  // Paho gives up after 5 s
  REQUIRE_FALSE(silent);
  CHECK(silent.error().code() == Code::timeout);
  CHECK(silent.error().kind() == trouble::kBroker);
  CHECK(levels(broker) == std::vector<int>{5});
  broker.script.to_5 = BrokerScript::To5::welcome;
  const auto connected = run(loop, session->connect(plain_endpoint(broker.port()), 20s));
  REQUIRE(connected);
  CHECK(connected->mqtt_version == 5);
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
