// The uploader against brokers that do as a script says: what installable brokers cannot be made to do.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <catch2/catch.hpp>
#include <fstream>

#include "platform/linux/timer.hpp"
#include "sync/uplink/cloud_profile.hpp"
#include "sync/uplink/paho_session.hpp"
#include "sync/uplink/trouble.hpp"
#include "sync/uplink/uploader.hpp"
#include "tests/integration/uplink/rig.hpp"
#include "tests/support/scripted_broker.hpp"
#include "tests/unit/sync/uplink/memory_outbox.hpp"
#include "tests/unit/sync/uplink/parties.hpp"

namespace vitald {
namespace {

struct Stage {
  explicit Stage(BrokerScript script, ClientLimits limits = {}) : broker(loop, std::move(script), std::move(limits)) {
    settings.port = broker.port();
    settings.plain_tcp = true;
    settings.start = 0ms;
    settings.first_connect = settings.backoff_cap = 200ms;
    settings.resend = 200ms;
    settings.message_bytes = 1024;
    settings.dead_link = 5s;
  }
  ~Stage() {
    cancel.emit(asio::cancellation_type::terminal);
    until([&] { return ended; });
  }
  void start() {
    ended = false;
    uploader.emplace(loop.get_executor(), *session, storage, outbox, settings, "device-1", BootId{1}, parties.keys());
    asio::co_spawn(loop, uploader->run(),
                   asio::bind_cancellation_slot(cancel.slot(), [this](std::exception_ptr) { ended = true; }));
  }
  template <class F>
  bool until(F holds) {
    const BootTime limit = boot_now() + 60s;
    while (!holds() && boot_now() < limit) loop.run_one_for(20ms);
    return holds();
  }
  // Sends a receipt for all that has come.
  void receipt(std::uint64_t through) {
    broker.send("vitald/v1/device-1/receipt", parties.sealed(parties.receipt(MemoryOutbox::kEpoch, through, 1000)));
  }

  asio::io_context loop;
  ScriptedBroker broker;
  StrandThread storage;
  MemoryOutbox outbox;
  Parties parties;
  std::unique_ptr<Session> session = make_paho_session(loop.get_executor());
  UplinkSettings settings;
  asio::cancellation_signal cancel;
  bool ended = true;
  std::optional<Uploader> uploader;
};

TEST_CASE("a Receive Maximum of 10 is filled and never exceeded") {
  BrokerScript script;
  script.receive_maximum = 10;
  script.puback_after = 50ms;
  ClientLimits limits;
  limits.in_flight = 10;
  Stage stage(script, limits);
  for (int i = 0; i < 300; ++i) stage.outbox.add(i % 3 == 0 ? Lane::live : Lane::backfill, std::string(1000, 'x'));
  stage.settings.first_credit = 1000;
  stage.settings.message_bytes = 1;  // a message a batch
  stage.start();
  REQUIRE(stage.until([&] { return stage.broker.published.size() >= 300; }));
  CHECK(stage.broker.most_in_flight == 9);  // the tenth is kept for an alarm
  CHECK(stage.broker.broken.empty());
}

TEST_CASE("batches refused with 0x97 stay and are sent again until they are taken") {
  BrokerScript script;
  int refused = 0;
  script.reason = [&](const PublishPacket& publish) {
    return publish.topic.ends_with("live") && refused++ < 20 ? std::uint8_t{0x97} : std::uint8_t{0};
  };
  Stage stage(script);
  for (int i = 0; i < 20; ++i) stage.outbox.add(Lane::live, std::string(900, static_cast<char>('a' + i)));
  stage.start();
  REQUIRE(stage.until([&] { return stage.broker.published.size() >= 41; }));
  CHECK(stage.uploader->status().trouble == trouble::kBroker);
  CHECK(stage.uploader->status().resent >= 20);
  stage.receipt(20);
  CHECK(stage.until([&] { return stage.outbox.unconfirmed() == 0; }));
}

TEST_CASE("the broker's keep-alive is kept to") {
  BrokerScript script;
  script.server_keep_alive = 7;
  Stage stage(script);
  stage.start();
  REQUIRE(stage.until([&] { return stage.uploader->status().connected_at.has_value(); }));
  REQUIRE(stage.broker.connects.size() == 2);
  CHECK(stage.broker.connects[1].keep_alive == 7);
}

TEST_CASE("a session that is taken over raises an alert and waits long") {
  Stage stage({});
  stage.settings.refused_wait = 1h;
  stage.start();
  REQUIRE(stage.until([&] { return stage.uploader->status().connected_at.has_value(); }));
  stage.broker.disconnect(0x8E);
  REQUIRE(stage.until([&] { return !stage.uploader->status().connected_at; }));
  CHECK(stage.uploader->status().trouble == trouble::kTakenOver);
  CHECK(stage.uploader->status().alert != "");
  REQUIRE(stage.until([&] { return stage.uploader->status().next_attempt.has_value(); }));
  CHECK(*stage.uploader->status().next_attempt - boot_now() > 29min);
}

TEST_CASE("a device that is not authorised raises an alert and waits long") {
  BrokerScript script;
  script.connack = 0x87;
  Stage stage(script);
  stage.settings.refused_wait = 1h;
  stage.start();
  REQUIRE(stage.until([&] { return stage.uploader->status().alert != ""; }));
  CHECK(stage.uploader->status().trouble == trouble::kNotAuthorised);
  REQUIRE(stage.until([&] { return stage.uploader->status().next_attempt.has_value(); }));
  CHECK(*stage.uploader->status().next_attempt - boot_now() > 29min);
}

TEST_CASE("a broker that ends while the device subscribes has not refused it") {
  BrokerScript script;
  script.ends_at_subscribe = true;
  Stage stage(script);
  stage.settings.refused_wait = 1h;
  stage.start();
  REQUIRE(stage.until([&] { return stage.uploader->status().trouble != ""; }));
  CHECK(stage.uploader->status().trouble == trouble::kNetwork);
  CHECK(stage.uploader->status().alert == "");
  stage.broker.script.ends_at_subscribe = false;
  CHECK(stage.until([&] { return stage.uploader->status().connected_at.has_value(); }));
}

TEST_CASE("garbage from a broker ends the connection and nothing else") {
  Stage stage({});
  stage.outbox.add(Lane::live, "x");
  stage.start();
  REQUIRE(stage.until([&] { return stage.broker.published.size() >= 2; }));
  stage.broker.send("vitald/v1/device-1/receipt", std::string(300'000, '\xff'));
  stage.broker.send("vitald/v1/device-1/receipt", "");
  REQUIRE(stage.until([&] { return stage.uploader->status().refused_receipts >= 2; }));
  CHECK(stage.outbox.unconfirmed() == 1);
  stage.receipt(1);
  CHECK(stage.until([&] { return stage.outbox.unconfirmed() == 0; }));
}

// The documented limits, not the profiles' own: from the clouds' pages.
struct Cloud {
  const char* profile;
  ClientLimits limits;
};
const Cloud kClouds[] = {
    {"aws-iot-core", {131'072, 100, 0, 100, 524'288, 256, 7, 30, 1200, 1s, false}},
    {"azure-event-grid", {524'288, 0, 65'536, 1000, 1'048'576, 256, 7, 1, 1160, 0s, false}},
    {"aliyun-iot", {262'144, 0, 0, 30, 0, 128, 7, 30, 1200, 0s, true}},
    {"tencent-iot", {16'384, 0, 0, 30, 0, 64, 0, 1, 900, 5s, true}},
    {"huawei-iotda", {1'048'576, 0, 0, 50, 1'048'576, 128, 0, 30, 1200, 0s, true}},
};

TEST_CASE("every cloud profile keeps to the cloud's documented limits while a backlog drains") {
  for (const Cloud& cloud : kClouds) {
    INFO(cloud.profile);
    const Scratch scratch;
    BrokerScript script;
    script.puback_after = 20ms;
    script.to_5 = cloud.limits.only_3_1_1 ? BrokerScript::To5::close : BrokerScript::To5::welcome;
    Stage stage(script, cloud.limits);
    stage.settings.profile = cloud.profile;
    stage.settings.product = "pk1";
    stage.settings.secret_file = scratch.file("secret");
    std::ofstream(stage.settings.secret_file) << "MDEyMzQ1Njc4OWFiY2RlZg==\n";
    stage.settings.confirm = "puback";
    stage.settings.message_bytes = 1 << 20;  // the profile lowers all of these
    stage.settings.window_bytes = 4 << 20;
    stage.settings.window_messages = 900;
    stage.settings.keep_alive = 5s;
    for (int i = 0; i < 600; ++i) stage.outbox.add(Lane::backfill, std::string(4000, 'x'));
    stage.start();
    REQUIRE(stage.until([&] { return stage.outbox.unconfirmed() == 0; }));
    stage.broker.disconnect(0);
    const std::size_t connects = stage.broker.connects.size();
    REQUIRE(stage.until([&] { return stage.broker.connects.size() > connects; }));
    CHECK(stage.broker.broken == std::vector<std::string>{});
  }
}

// --- what a person must be told apart

std::string trouble_of(Endpoint endpoint) {
  asio::io_context loop;
  const auto session = make_paho_session(loop.get_executor());
  const auto connected = run(loop, session->connect(endpoint, 20s));
  REQUIRE_FALSE(connected);
  INFO(connected.error().sentence());
  return std::string(connected.error().kind());
}

TEST_CASE("a captive portal, an expired certificate, a wrong clock and a foreign authority are told apart") {
  const Certificates certificates;
  const auto trouble_with = [&](const CertificateFiles& own) {
    Broker broker(certificates.demanding(own));
    return trouble_of(certificates.endpoint(broker.port()));
  };
  CHECK(trouble_with(certificates.authority.issue("old", {"broker", "localhost", -48h, -24h})) ==
        trouble::kCertificateExpired);
  CHECK(trouble_with(certificates.authority.issue("other", {"broker", "broker.example"})) == trouble::kCertificate);
  CHECK(trouble_with(certificates.stranger.issue("foreign", {"broker", "localhost"})) == trouble::kCertificate);
  CHECK(trouble_with(certificates.stranger.issue("portal", {"portal", "login.hotel.example"})) ==
        trouble::kCaptivePortal);

  // A clock that is years behind or ahead: then what the device was set up with is not valid either.
  for (const auto& [from, until] : {std::pair{24h * 3000, 24h * 4000}, std::pair{-24h * 4000, -24h * 3000}}) {
    const Scratch scratch;
    const Authority other(scratch.file(""), "authority", {"", "", from, until});
    const auto own = other.issue("device", {"device-1", "", from, until});
    const auto server = other.issue("broker", {"broker", "localhost", from, until});
    Broker broker({other.file(), server, {}, {}});
    Endpoint endpoint = certificates.endpoint(broker.port());
    endpoint.files = {other.file(), own.certificate, own.key};
    CHECK(trouble_of(endpoint) == trouble::kClock);
  }
}

asio::awaitable<void> serve_web(asio::ip::tcp::acceptor& acceptor) {
  for (;;) {
    auto socket = co_await acceptor.async_accept(asio::use_awaitable);
    std::string heard(1000, '\0');
    boost::system::error_code ignored;
    const auto answer = std::string("HTTP/1.1 302 Found\r\nLocation: http://login.hotel.example/\r\n\r\n");
    co_await socket.async_read_some(asio::buffer(heard), asio::as_tuple(asio::use_awaitable));
    socket.write_some(asio::buffer(answer), ignored);
  }
}

TEST_CASE("a web server in the broker's place is a captive portal, with TLS and without") {
  const Certificates certificates;
  asio::io_context loop;
  asio::ip::tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), 0});
  asio::co_spawn(loop, serve_web(acceptor), [](std::exception_ptr) {});
  const auto session = make_paho_session(loop.get_executor());
  const std::uint16_t port = acceptor.local_endpoint().port();
  for (const Endpoint& endpoint : {certificates.endpoint(port), plain_endpoint(port)}) {
    const auto connected = run(loop, session->connect(endpoint, 20s));
    REQUIRE_FALSE(connected);
    INFO(connected.error().sentence());
    CHECK(connected.error().kind() == trouble::kCaptivePortal);
  }
}

}  // namespace
}  // namespace vitald
