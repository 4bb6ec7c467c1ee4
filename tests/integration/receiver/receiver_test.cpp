// The receiver's loop with a session that the test scripts: what a broker brings, and what goes back.

#include "sync/receiver/receiver.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <deque>

#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

using namespace std::chrono_literals;

struct Published {
  std::string topic, payload;
};

class ScriptedSession : public Session {
 public:
  explicit ScriptedSession(asio::any_io_executor loop) : changed_(loop) {}

  asio::awaitable<Result<Connected>> connect(const Endpoint& endpoint, std::chrono::milliseconds) override {
    ++connects;
    where = endpoint;
    if (failures > 0) {
      --failures;
      co_return Error(Code::unavailable, "no route");
    }
    connected = true;
    changed_.notify();
    co_return broker;
  }
  Result<void> publish(std::uint32_t publish, const std::string& topic, std::string payload) override {
    if (!connected) return Error(Code::unavailable, "not connected");
    published.push_back({topic, std::move(payload)});
    events_.push_back(PubAck{publish});
    changed_.notify();
    return {};
  }
  asio::awaitable<Event> next() override {
    while (events_.empty()) co_await changed_.wait();
    Event event = std::move(events_.front());
    events_.pop_front();
    if (std::holds_alternative<Lost>(event)) connected = false;
    co_return event;
  }
  asio::awaitable<void> disconnect(std::chrono::milliseconds) override {
    disconnected = true;
    connected = false;
    co_return;
  }

  void arrive(Event event) {
    events_.push_back(std::move(event));
    changed_.notify();
  }
  // Until the condition holds; false when it does not within 10 s.
  template <class Holds>
  asio::awaitable<bool> until(Holds holds) {
    const BootTime end = boot_now() + 10s;
    while (!holds() && boot_now() < end) co_await sleep_for(5ms);
    co_return holds();
  }

  std::vector<Published> published;
  Endpoint where;
  Connected broker;
  int connects = 0, failures = 0;
  bool connected = false, disconnected = false;

 private:
  std::deque<Event> events_;
  Condition changed_;
};

struct Running {
  Site site;
  Device device;
  ReceiverSettings settings = Site::unsealed();
  asio::io_context loop{1};
  StrandThread storage;
  ScriptedSession session{loop.get_executor()};
  std::unique_ptr<Receiver> receiver;
  bool ended = false;
  BootTime stopped_at{};

  Running() {
    site.add(device);
    settings.uplink.backoff_cap = 1s;
  }

  template <class Script>
  void play(Script script) {
    receiver = std::make_unique<Receiver>(loop.get_executor(), session, storage, site.intake(), settings, 1);
    asio::co_spawn(loop, receiver->run(), [&](std::exception_ptr failure) {
      ended = true;
      if (failure) std::rethrow_exception(failure);
    });
    asio::co_spawn(loop, script(), [&](std::exception_ptr failure) {
      stopped_at = boot_now();
      receiver->stop();
      if (failure) std::rethrow_exception(failure);
    });
    loop.run_for(30s);
    CHECK(ended);
    CHECK(session.disconnected);
    CHECK(boot_now() - stopped_at < 5s);
  }

  Receipt receipt(std::size_t i) {
    return read_receipt({session.published.at(i).topic, session.published.at(i).payload}, device, site);
  }
};

TEST_CASE("batches that arrive together are stored in one group and receipted once") {
  Running running;
  auto& session = running.session;
  running.play([&]() -> asio::awaitable<void> {
    co_await session.until([&] { return session.connected; });
    for (std::uint64_t number = 1; number <= 20; ++number)
      session.arrive(running.device.message(running.device.batch(number, heart_rates(2))));
    CHECK(co_await session.until([&] { return !session.published.empty(); }));
    co_await sleep_for(100ms);
  });
  REQUIRE(session.published.size() == 1);
  CHECK(session.published[0].topic == "vitald/v1/gateway-1/receipt");
  CHECK(running.receipt(0).through == 20);
  CHECK(session.where.subscriptions.size() == 4);
}

TEST_CASE("a lost link is connected again, and what is sent again is receipted again") {
  Running running;
  auto& session = running.session;
  const Message message = running.device.message(running.device.batch(1, heart_rates(2)));
  session.failures = 1;
  running.play([&]() -> asio::awaitable<void> {
    co_await session.until([&] { return session.connected; });
    session.arrive(message);
    CHECK(co_await session.until([&] { return session.published.size() == 1; }));
    session.arrive(Lost{Error(Code::unavailable, "gone")});
    CHECK(co_await session.until([&] { return session.connects == 3 && session.connected; }));
    session.arrive(message);
    CHECK(co_await session.until([&] { return session.published.size() == 2; }));
  });
  CHECK(running.site.number("SELECT count(*) FROM batch") == 1);
  CHECK(running.receipt(1).through == 1);
}

TEST_CASE("while the database refuses nothing is receipted, and nothing is lost") {
  Running running;
  auto& session = running.session;
  running.site.forbid_writing(true);
  running.play([&]() -> asio::awaitable<void> {
    co_await session.until([&] { return session.connected; });
    session.arrive(running.device.message(running.device.batch(1, heart_rates(2))));
    co_await sleep_for(300ms);
    CHECK(session.published.empty());
    co_await run_on(running.storage, [&] { running.site.forbid_writing(false); });
    session.arrive(running.device.message(running.device.batch(2, heart_rates(2))));
    CHECK(co_await session.until(
        [&] { return !session.published.empty() && running.receipt(session.published.size() - 1).through == 2; }));
  });
  CHECK(running.site.number("SELECT count(*) FROM batch") == 2);
}

TEST_CASE("what has arrived is stored and receipted before the receiver ends") {
  Running running;
  running.settings.commit_interval = 10s;
  auto& session = running.session;
  running.play([&]() -> asio::awaitable<void> {
    co_await session.until([&] { return session.connected; });
    session.arrive(running.device.message(running.device.batch(1, heart_rates(2))));
    co_await sleep_for(50ms);
  });
  CHECK(running.site.number("SELECT count(*) FROM batch") == 1);
  CHECK(session.published.size() == 1);
}

TEST_CASE("a group closes early when it is full") {
  Running running;
  running.settings.commit_interval = 10s;
  running.settings.commit_batches = 5;
  auto& session = running.session;
  running.play([&]() -> asio::awaitable<void> {
    co_await session.until([&] { return session.connected; });
    for (std::uint64_t number = 1; number <= 5; ++number)
      session.arrive(running.device.message(running.device.batch(number, heart_rates(1))));
    CHECK(co_await session.until([&] { return !session.published.empty(); }));
  });
  CHECK(running.receipt(0).through == 5);
}

TEST_CASE("what finds no place in the queue is dropped without a receipt and counted") {
  Running running;
  running.settings.queue_messages = 2;
  auto& session = running.session;
  running.play([&]() -> asio::awaitable<void> {
    co_await session.until([&] { return session.connected; });
    for (std::uint64_t number = 1; number <= 3; ++number)
      session.arrive(running.device.message(running.device.batch(number, heart_rates(1))));
    CHECK(co_await session.until([&] { return !session.published.empty(); }));
  });
  CHECK(running.receipt(0).through == 2);
  CHECK(running.site.refused("queue_full") == 1);
}

TEST_CASE("a receiver of a group shares its subscriptions") {
  Running running;
  running.settings.uplink.group = "ingest";
  auto& session = running.session;
  running.play([&]() -> asio::awaitable<void> { co_await session.until([&] { return session.connected; }); });
  CHECK_FALSE(running.receiver->failure());
  REQUIRE(session.where.subscriptions.size() == 4);
  CHECK(session.where.subscriptions[0] == "$share/ingest/vitald/v1/+/alarm");
}

TEST_CASE("a receiver of a group ends where the broker does not announce shared subscriptions") {
  Running running;
  running.settings.uplink.group = "ingest";
  auto& session = running.session;
  session.broker.shared_subscriptions = false;
  running.play([&]() -> asio::awaitable<void> { co_await session.until([&] { return session.disconnected; }); });
  REQUIRE(running.receiver->failure());
  CHECK(running.receiver->failure()->sentence().find("shared subscriptions") != std::string::npos);
}

TEST_CASE("an inventory is answered, and what is missing asked for") {
  Running running;
  running.settings.ask_again = 1s;
  Site& site = running.site;
  site.ask_again(1s);
  auto& session = running.session;
  running.play([&]() -> asio::awaitable<void> {
    co_await session.until([&] { return session.connected; });
    session.arrive(running.device.inventory({{running.device.epoch, 3, {{1, 3}}}}, site.keys().public_key));
    CHECK(co_await session.until([&] { return session.published.size() >= 2; }));
  });
  CHECK(running.receipt(0).wanted.empty());
  CHECK(running.receipt(1).wanted == std::vector<Range>{{1, 3}});
}

}  // namespace
}  // namespace vitald::test
