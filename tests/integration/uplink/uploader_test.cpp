// The uploader over a real broker; a receiver of the test's own answers with receipts.

#include "sync/uplink/uploader.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <catch2/catch.hpp>
#include <cstdio>

#include "platform/linux/timer.hpp"
#include "sync/uplink/paho_session.hpp"
#include "tests/integration/uplink/rig.hpp"
#include "tests/unit/sync/uplink/memory_outbox.hpp"
#include "tests/unit/sync/uplink/parties.hpp"

namespace vitald {
namespace {

constexpr std::size_t kBatchBytes = 16;  // the number in decimal, so that the receiver can tell

std::string batch(std::size_t number) {
  char text[kBatchBytes + 1];
  std::snprintf(text, sizeof text, "%016zu", number);
  return text;
}

// Takes batches, remembers their numbers, and says so in a receipt after each message.
class TestReceiver {
 public:
  TestReceiver(asio::io_context& loop, const Certificates& certificates, const Parties& parties, std::uint16_t port)
      : session_(make_paho_session(loop.get_executor())), parties_(parties), endpoint_(certificates.endpoint(port)) {
    endpoint_.client_id = "receiver";
    endpoint_.subscriptions = {"vitald/v1/+/alarm", "vitald/v1/+/live", "vitald/v1/+/backfill"};
    asio::co_spawn(loop, run(),
                   asio::bind_cancellation_slot(cancel_.slot(), [this](std::exception_ptr) { ended_ = true; }));
  }
  void cancel() { cancel_.emit(asio::cancellation_type::terminal); }
  bool ended() const { return ended_; }

  RangeSet stored;
  std::size_t arrived = 0;  // batches, with repetitions

 private:
  asio::awaitable<void> run() {
    for (;;) {
      const auto connected = co_await session_->connect(endpoint_, 10s);
      if (connected) {
        co_await listen();
      } else {
        co_await sleep_for(50ms);
      }
    }
  }
  asio::awaitable<void> listen() {
    for (;;) {
      const Event event = co_await session_->next();
      if (std::holds_alternative<Lost>(event)) co_return;
      if (const auto* message = std::get_if<Message>(&event)) take(message->payload);
    }
  }
  void take(const std::string& payload) {
    for (std::size_t at = 0; at < payload.size(); at += kBatchBytes, ++arrived) {
      const std::uint64_t number = std::stoull(payload.substr(at, kBatchBytes));
      stored.add({number, number});
    }
    Receipt receipt = parties_.receipt(MemoryOutbox::kEpoch, stored.through());
    for (const Range range : stored.ranges())
      if (range.first > stored.through()) receipt.ranges.push_back(range);
    const auto sent = session_->publish(++publish_, "vitald/v1/device-1/receipt", parties_.sealed(receipt));
    if (!sent) return;  // the next receipt says it too
  }

  std::unique_ptr<Session> session_;
  const Parties& parties_;
  Endpoint endpoint_;
  std::uint32_t publish_ = 0;
  asio::cancellation_signal cancel_;
  bool ended_ = false;
};

struct Site {
  explicit Site(std::size_t batches) {
    for (std::size_t i = 1; i <= batches; ++i) outbox.add(i % 10 == 0 ? Lane::live : Lane::backfill, batch(i));
    settings.tls = {certificates.authority.file(), certificates.device.certificate, certificates.device.key};
    settings.port = broker.port();
    settings.start = 0ms;
    settings.first_connect = settings.backoff_cap = 200ms;
    settings.resend = 1s;
    settings.message_bytes = 10 * kBatchBytes;
    settings.dead_link = 1s;
  }
  ~Site() {
    cancel.emit(asio::cancellation_type::terminal);
    receiver.cancel();
    until([&] { return ended && receiver.ended(); });
  }
  void start() {
    asio::co_spawn(
        loop,
        uploader
            .emplace(loop.get_executor(), *session, storage, outbox, settings, "device-1", BootId{1}, parties.keys())
            .run(),
        asio::bind_cancellation_slot(cancel.slot(), [this](std::exception_ptr) { ended = true; }));
    ended = false;
  }
  template <class F>
  bool until(F holds) {
    const BootTime limit = boot_now() + 60s;
    while (!holds() && boot_now() < limit) loop.run_one_for(20ms);
    return holds();
  }

  Certificates certificates;
  Broker broker{certificates.demanding(certificates.broker)};
  asio::io_context loop;
  StrandThread storage;
  MemoryOutbox outbox;
  Parties parties;
  TestReceiver receiver{loop, certificates, parties, broker.port()};
  std::unique_ptr<Session> session = make_paho_session(loop.get_executor());
  UplinkSettings settings;
  asio::cancellation_signal cancel;
  bool ended = true;
  std::optional<Uploader> uploader;
};

TEST_CASE("everything arrives and is receipted although the broker is killed twice on the way") {
  Site site(3000);
  site.start();
  for (const std::uint64_t at : {500U, 1500U}) {
    REQUIRE(site.until([&] { return site.receiver.stored.count() >= at; }));
    site.broker.kill();
    REQUIRE(site.until([&] { return !site.uploader->status().connected_at; }));
    CHECK(site.uploader->status().last_error != "");
    site.broker.start();
  }
  REQUIRE(site.until([&] { return site.outbox.unconfirmed() == 0; }));
  CHECK(site.receiver.stored.through() == 3000);
  CHECK(site.uploader->status().connects == 3);
  WARN("resent: " << site.receiver.arrived - 3000 << " of 3000 after two kills");
}

TEST_CASE("a broker that hangs is given up after the dead-link time, and the rest arrives when it is back") {
  Site site(2000);
  site.start();
  REQUIRE(site.until([&] { return site.receiver.stored.count() >= 200; }));
  site.broker.freeze();
  const BootTime begin = boot_now();
  REQUIRE(site.until([&] { return !site.uploader->status().connected_at; }));
  const auto noticed = boot_now() - begin;
  CHECK(noticed >= 900ms);
  CHECK(noticed < 10s);
  CHECK_THAT(site.uploader->status().last_error, Catch::StartsWith("no PUBACK for "));
  site.broker.thaw();
  REQUIRE(site.until([&] { return site.outbox.unconfirmed() == 0; }));
  CHECK(site.receiver.stored.through() == 2000);
}

}  // namespace
}  // namespace vitald
