#include "sync/uplink/paho_session.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <catch2/catch.hpp>

#include "platform/linux/timer.hpp"
#include "tests/integration/uplink/rig.hpp"
#include "tests/support/result.hpp"

namespace vitald {
namespace {

using namespace asio::experimental::awaitable_operators;

const Certificates& certificates() {
  static const Certificates all;
  return all;
}

struct Line {
  explicit Line(BrokerOptions options) : broker(std::move(options)) {}
  Line() : Line(certificates().demanding(certificates().broker)) {}

  Result<Connected> connect(const Endpoint& endpoint) { return run(loop, session->connect(endpoint, 20s)); }
  Result<Connected> connect() { return connect(certificates().endpoint(broker.port())); }
  Event next() { return run(loop, session->next()); }

  bool is_silent_for(std::chrono::milliseconds span) {
    auto waiting = [](Session& from, std::chrono::milliseconds until) -> asio::awaitable<bool> {
      const auto first = co_await (from.next() || deadline(until));  // one flat variant: an event's kinds or nothing
      co_return std::holds_alternative<std::monostate>(first);
    };
    return run(loop, waiting(*session, span));
  }

  asio::io_context loop;
  Broker broker;
  std::unique_ptr<Session> session = make_paho_session(loop.get_executor());
};

std::string refusal_of(const BrokerOptions& options, const Endpoint& like) {
  Line line(options);
  Endpoint endpoint = like;
  endpoint.port = line.broker.port();
  const auto connected = line.connect(endpoint);
  REQUIRE_FALSE(connected);
  return connected.error().sentence();
}

TEST_CASE("a session connects over mutual TLS and learns what the broker allows") {
  Line line;
  const auto connected = line.connect();
  REQUIRE(connected);
  CHECK(connected->mqtt_version == 5);
  CHECK(connected->receive_maximum == 20);  // Mosquitto's default
}

TEST_CASE("a broker that wants to hear from us more often is obeyed, at the next connect from the start") {
  BrokerOptions options;
  options.head = {"max_keepalive 10"};
  Line line(options);
  Endpoint endpoint = plain_endpoint(line.broker.port());
  for (const int connects : {2, 1}) {
    const std::string before = line.broker.log();
    REQUIRE(line.connect(endpoint));
    const std::string log = line.broker.log().substr(before.size());
    CHECK_THAT(log, Catch::Contains(", k10)"));
    CHECK((log.find(", k60)") != std::string::npos) == (connects == 2));
    run(line.loop, line.session->disconnect(5s));
  }
}

TEST_CASE("a publish is acknowledged, and a message on a subscribed topic arrives") {
  Line line;
  REQUIRE(line.connect());
  const std::string bytes("\x0a\x00\xff", 3);
  REQUIRE(line.session->publish(7, "vitald/v1/device-1/receipt", bytes));  // its own subscription brings it back
  bool acknowledged = false, arrived = false;
  while (!acknowledged || !arrived) {
    const Event event = line.next();
    REQUIRE_FALSE(std::holds_alternative<Lost>(event));
    if (const auto* ack = std::get_if<PubAck>(&event)) {
      CHECK(ack->publish == 7);
      CHECK(ack->reason == 0);
      acknowledged = true;
    } else {
      CHECK(std::get<Message>(event).topic == "vitald/v1/device-1/receipt");
      CHECK(std::get<Message>(event).payload == bytes);
      arrived = true;
    }
  }
}

TEST_CASE("a certificate for another host is refused, and the error names the host it is for") {
  const auto other = certificates().authority.issue("other", {"broker", "broker.example"});
  CHECK(refusal_of(certificates().demanding(other), certificates().endpoint(0)) ==
        "the certificate of localhost is for another host: it names broker.example");
}

TEST_CASE("an expired certificate is refused, and the error names its last day") {
  const auto old = certificates().authority.issue("old", {"broker", "localhost", -48h, -24h});
  const std::string sentence = refusal_of(certificates().demanding(old), certificates().endpoint(0));
  CHECK_THAT(sentence, Catch::StartsWith("the certificate of localhost expired on "));
  CHECK_THAT(sentence, Catch::EndsWith(" GMT"));
}

TEST_CASE("a certificate that is not valid yet is refused") {
  const auto early = certificates().authority.issue("early", {"broker", "localhost", 24h, 48h});
  CHECK_THAT(refusal_of(certificates().demanding(early), certificates().endpoint(0)),
             Catch::StartsWith("the certificate of localhost is valid only from "));
}

TEST_CASE("a certificate of another authority is refused, and the error names that authority") {
  const auto foreign = certificates().stranger.issue("foreign", {"broker", "localhost"});
  CHECK(refusal_of(certificates().demanding(foreign), certificates().endpoint(0)) ==
        "the certificate of localhost is signed by CN = another authority, which is not among the authorities in " +
            certificates().authority.file());
}

TEST_CASE("a device without a certificate is told that the broker demands one") {
  Endpoint endpoint = certificates().endpoint(0);
  endpoint.files.certificate = endpoint.files.key = "";
  CHECK_THAT(refusal_of(certificates().demanding(certificates().broker), endpoint),
             Catch::EndsWith("demands a client certificate (tls.certificate)"));
}

TEST_CASE("a device whose certificate is not accepted is told so") {
  const auto foreign = certificates().stranger.issue("foreign-device", {"device-1", ""});
  Endpoint endpoint = certificates().endpoint(0);
  endpoint.files.certificate = foreign.certificate;
  endpoint.files.key = foreign.key;
  CHECK_THAT(refusal_of(certificates().demanding(certificates().broker), endpoint),
             Catch::Contains("does not accept the certificate in " + foreign.certificate));
}

TEST_CASE("a missing file is named") {
  Endpoint endpoint = certificates().endpoint(0);
  endpoint.files.ca = "/no/such/ca.crt";
  CHECK_THAT(refusal_of(certificates().demanding(certificates().broker), endpoint),
             Catch::StartsWith("reading /no/such/ca.crt: "));
}

TEST_CASE("a port where nobody listens, a port without TLS and an unknown name are told apart") {
  asio::io_context loop;
  const std::unique_ptr<Session> session = make_paho_session(loop.get_executor());
  Endpoint endpoint = certificates().endpoint(free_port());
  auto connected = run(loop, session->connect(endpoint, 20s));
  REQUIRE_FALSE(connected);
  CHECK_THAT(connected.error().sentence(), Catch::EndsWith("refuses the connection: no broker listens there"));
  CHECK(connected.error().code() == Code::unavailable);

  endpoint.host = "no-such-host.invalid";
  connected = run(loop, session->connect(endpoint, 20s));
  REQUIRE_FALSE(connected);
  CHECK_THAT(connected.error().sentence(), Catch::Contains("no-such-host.invalid"));

  Broker plain(BrokerOptions{});
  endpoint = certificates().endpoint(plain.port());
  connected = run(loop, session->connect(endpoint, 20s));
  REQUIRE_FALSE(connected);
  INFO(connected.error().sentence());
  CHECK(connected.error().sentence().find("TLS") != std::string::npos);
}

TEST_CASE("a broker that does not authorise the device is told from one that is away") {
  BrokerOptions options;
  options.lines = {"allow_anonymous false"};
  CHECK_THAT(refusal_of(options, plain_endpoint(0)), Catch::EndsWith("does not authorise this device"));
}

TEST_CASE("a killed broker is noticed, and the same session connects to the next one") {
  Line line;
  REQUIRE(line.connect());
  for (int round = 0; round < 3; ++round) {
    line.broker.kill();
    CHECK(std::holds_alternative<Lost>(line.next()));
    REQUIRE_FALSE(line.connect());
    line.broker.start();
    REQUIRE(line.connect());
    REQUIRE(line.session->publish(1, "vitald/v1/device-1/live", "x"));
    CHECK(std::holds_alternative<PubAck>(line.next()));
  }
}

TEST_CASE("nothing of an earlier connection is heard in the next one") {
  Line line;
  REQUIRE(line.connect());
  line.broker.freeze();
  for (std::uint32_t i = 0; i < 10; ++i) REQUIRE(line.session->publish(i, "vitald/v1/device-1/live", "x"));
  run(line.loop, line.session->disconnect(2s));
  line.broker.thaw();
  REQUIRE(line.connect());
  REQUIRE(line.session->publish(99, "vitald/v1/device-1/live", "x"));
  const Event event = line.next();
  REQUIRE(std::holds_alternative<PubAck>(event));
  CHECK(std::get<PubAck>(event).publish == 99);
}

TEST_CASE("a frozen broker does not hold up a disconnect or the end of the session") {
  auto line = std::make_unique<Line>();
  REQUIRE(line->connect());
  line->broker.freeze();
  REQUIRE(line->session->publish(1, "vitald/v1/device-1/live", std::string(40'000, 'x')));
  const BootTime begin = boot_now();
  run(line->loop, line->session->disconnect(2s));
  CHECK(boot_now() - begin < 3s);
}

TEST_CASE("a frozen broker that does not answer the CONNECT is a timeout") {
  Line line;
  line.broker.freeze();
  const auto connected = run(line.loop, line.session->connect(certificates().endpoint(line.broker.port()), 3s));
  REQUIRE_FALSE(connected);
  CHECK(connected.error().code() == Code::timeout);
  line.broker.thaw();
  CHECK(line.connect());
}

TEST_CASE("a broker that shuts down is heard at once") {
  Line line;
  REQUIRE(line.connect());
  line.broker.stop();
  const Event event = line.next();
  REQUIRE(std::holds_alternative<Lost>(event));
  INFO(std::get<Lost>(event).why.sentence());
  CHECK(line.is_silent_for(50ms));
}

TEST_CASE("a subscription that the broker refuses is an error with its topic") {
  Line line(BrokerOptions{});
  Endpoint endpoint = plain_endpoint(line.broker.port());
  endpoint.subscriptions = {"wrong/#/filter"};
  const auto connected = line.connect(endpoint);
  REQUIRE_FALSE(connected);
  CHECK_THAT(connected.error().sentence(), Catch::Contains("wrong/#/filter"));
}

TEST_CASE("a full window of messages goes through without Paho's one-second stalls") {
  Line line;
  REQUIRE(line.connect());
  constexpr std::uint32_t kMessages = 2000, kWindow = 16;
  std::uint32_t sent = 0, acknowledged = 0;
  const BootTime begin = boot_now();
  while (acknowledged < kMessages) {
    for (; sent < kMessages && sent - acknowledged < kWindow; ++sent)
      REQUIRE(line.session->publish(sent, "vitald/v1/device-1/live", std::string(300, 'x')));
    REQUIRE(std::holds_alternative<PubAck>(line.next()));
    ++acknowledged;
  }
  CHECK(boot_now() - begin < 60s);  // at 12 a second it would be 167 s
}

}  // namespace
}  // namespace vitald
