// The driver on a loop, with peers of this process at the other end of its socket.

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "drivers/socket/client.hpp"
#include "drivers/socket/settings.hpp"
#include "platform/config/reader.hpp"
#include "platform/linux/tasks.hpp"
#include "tests/support/result.hpp"
#include "tests/support/scratch.hpp"
#include "tests/unit/agent/loop.hpp"

namespace vitald::socket {
namespace {

using namespace std::chrono_literals;

struct Sink : ReadingSink {
  explicit Sink(asio::any_io_executor loop) : changed(std::move(loop)) {}

  void record(std::span<const Reading> readings) override { recorded += readings.size(); }
  asio::awaitable<Result<void>> commit(std::span<const Reading> readings, const Cursor& cursor) override {
    while (stuck) co_await changed.wait();
    for (const Reading& reading : readings) values.push_back(reading.value.mantissa());
    cursors[cursor.name] = cursor.bytes;
    ++commits;
    co_return Result<void>();
  }
  Cursor cursor(std::string_view name) const override {
    const auto found = cursors.find(std::string(name));
    return {std::string(name), found == cursors.end() ? "" : found->second};
  }

  std::size_t recorded = 0, commits = 0;
  std::vector<std::int64_t> values;  // committed
  std::map<std::string, std::string> cursors;
  bool stuck = false;
  Condition changed;
};

struct Site {
  explicit Site(std::string more = "") {
    config::text(config::read(R"({"path":")" + path + R"(","peers":[{"name":"mat","user":")" +
                                  std::to_string(getuid()) + '"' + more + R"(},{"name":"other","user":"4242"}]})",
                              settings),
                 "f");
    auto created = settings.create("ext", {loop.get_executor(), {}, boot_now});
    REQUIRE(created);
    driver = std::move(*created);
    tasks.spawn("driver", drive());
  }
  ~Site() {
    tasks.cancel();
    loop.restart();
    loop.run();
  }
  asio::awaitable<void> drive() { (void)co_await driver->run(sink); }

  Scratch scratch;
  std::string path = scratch.file("drivers.sock");
  asio::io_context loop{1};
  Sink sink{loop.get_executor()};
  Settings settings;
  std::unique_ptr<Driver> driver;
  Tasks tasks{loop.get_executor()};
};

struct Process {
  PacketSocket socket;

  asio::awaitable<std::string> hear() {
    co_await socket.readable();
    const auto message = socket.receive();
    co_return message&&* message ? std::string(**message) : "gone";
  }
  asio::awaitable<std::string> ask(std::string question) {
    const Result<void> sent = co_await socket.send(question, 5s);
    CHECK(sent);
    co_return co_await hear();
  }
};

asio::awaitable<Process> connected(Site& site) {
  Result<PacketSocket> socket = PacketSocket::connect(site.loop.get_executor(), site.path);
  while (!socket) {  // it is not listening yet
    co_await sleep_for(1ms);
    socket = PacketSocket::connect(site.loop.get_executor(), site.path);
  }
  co_return Process{std::move(*socket)};
}

const std::string kHello = R"({"hello":1,"name":"mat","sensors":[{"id":"bed","silent_after_s":3}]})";

std::string delivery(int n, const std::string& more = "") {
  const std::string number = std::to_string(n);
  return R"({"n":)" + number + more + R"(,"columns":[{"sensor":"bed","metric":"room_temperature","values":[)" + number +
         "]}]}";
}

asio::awaitable<Process> greeted(Site& site) {
  Process process = co_await connected(site);
  std::string hello = kHello;
  const std::string answer = co_await process.ask(std::move(hello));
  CHECK_THAT(answer, Catch::Contains(R"("welcome":1)"));
  co_return process;
}

// What is heard for one message of a process that has been greeted.
std::string answer_to(Site& site, std::string message) {
  std::string answer;
  const auto talk = [&]() -> asio::awaitable<void> {
    Process process = co_await greeted(site);
    answer = co_await process.ask(message);
  };
  test::run(site.loop, talk());
  return answer;
}

}  // namespace

TEST_CASE("readings are acknowledged only when they are committed") {
  Site site;
  site.sink.stuck = true;
  const auto talk = [&]() -> asio::awaitable<void> {
    Process process = co_await greeted(site);
    const std::string message = delivery(1);
    co_await process.socket.send(message, 5s);
    for (int i = 0; i < 20; ++i) co_await sleep_for(1ms);
    CHECK_FALSE(*process.socket.receive());
    site.sink.stuck = false;
    site.sink.changed.notify();
    const std::string answer = co_await process.hear();
    CHECK(answer == R"({"ack":1})");
    CHECK(site.sink.values == std::vector<std::int64_t>{1});
  };
  test::run(site.loop, talk());
  CHECK(site.driver->sensors().at(0)->id == "ext-mat-bed");
  CHECK(site.driver->sensors().at(0)->silent_after == 3s);
}

TEST_CASE("messages that wait together are one commit and one acknowledgement") {
  Site site;
  const auto talk = [&]() -> asio::awaitable<void> {
    Process process = co_await greeted(site);
    for (int n = 1; n <= 20; ++n) {
      const std::string message = delivery(n);
      co_await process.socket.send(message, 5s);
    }
    std::string answer;
    while (answer != R"({"ack":20})") {
      std::string next = co_await process.hear();
      answer = std::move(next);
    }
  };
  test::run(site.loop, talk());
  CHECK(site.sink.values.size() == 20);
  CHECK(site.sink.commits < 20);
}

TEST_CASE("a cursor is given back in the next welcome, also under a name") {
  Site site;
  const auto talk = [&]() -> asio::awaitable<void> {
    {
      Process process = co_await greeted(site);
      std::string first = delivery(1, R"(,"cursor":"one")"),
                  second = delivery(2, R"(,"cursor":"two","cursor_name":"b")");
      co_await process.ask(std::move(first));
      co_await process.ask(std::move(second));
    }
    Process process = co_await connected(site);
    std::string hello = kHello;
    const std::string welcome = co_await process.ask(std::move(hello));
    CHECK_THAT(welcome, Catch::Contains(R"("cursors":{"":"one","b":"two"})"));
  };
  test::run(site.loop, talk());
}

TEST_CASE("a process is who the kernel says it is") {
  Site site;
  std::vector<std::string> answers;
  const auto talk = [&]() -> asio::awaitable<void> {
    for (const char* name : {"other", "nobody"}) {
      Process process = co_await connected(site);
      std::string hello = std::string(R"({"hello":1,"name":")") + name + "\"}";
      answers.push_back(co_await process.ask(std::move(hello)));
      const std::string end = co_await process.hear();
      CHECK(end == "gone");
    }
  };
  test::run(site.loop, talk());
  CHECK_THAT(answers[0], Catch::Contains("this process is not other: its user is"));
  CHECK_THAT(answers[1], Catch::Contains("none of the peers"));
}

TEST_CASE("a process whose program is another is not heard at all") {
  Site site(R"(,"program":"/usr/bin/another")");
  std::string answer;
  const auto talk = [&]() -> asio::awaitable<void> {
    Process process = co_await connected(site);
    answer = co_await process.hear();
  };
  test::run(site.loop, talk());
  CHECK_THAT(answer, Catch::Contains("mat: its program is /"));
}

TEST_CASE("a peer is connected once, and again when its process has gone") {
  Site site;
  const auto talk = [&]() -> asio::awaitable<void> {
    std::optional<Process> first = co_await greeted(site);
    Process second = co_await connected(site);
    std::string hello = kHello;
    co_await second.socket.send(hello, 5s);
    first.reset();
    const std::string welcome = co_await second.hear();
    CHECK_THAT(welcome, Catch::Contains("welcome"));
  };
  test::run(site.loop, talk());
}

TEST_CASE("a thousand malformed messages change nothing, and the next good one is taken") {
  Site site(R"(,"messages_per_s":100000)");
  const std::string wrong[] = {"",
                               "x",
                               "{",
                               R"({"n":1,"colums":[]})",
                               "\xA1",
                               "[[[[",
                               R"({"n":-1})",
                               R"({"n":1,"columns":[{"sensor":"bed","metric":"x","values":[1]}]})",
                               kHello,
                               std::string(60'000, '['),
                               R"({"n":1,"columns":[{"sensor":"chair","metric":"sos","values":[1]}]})"};
  const auto talk = [&]() -> asio::awaitable<void> {
    Process process = co_await greeted(site);
    for (int i = 0; i < 1000; ++i) {
      std::string message = wrong[1 + static_cast<std::size_t>(i) % (std::size(wrong) - 1)];
      const std::string answer = co_await process.ask(std::move(message));
      CHECK_THAT(answer, Catch::Contains("error"));
    }
    CHECK(site.sink.commits == 0);
    CHECK(site.sink.recorded == 0);
    std::string good = delivery(1);
    const std::string answer = co_await process.ask(std::move(good));
    CHECK(answer == R"({"ack":1})");
  };
  test::run(site.loop, talk());
  CHECK(site.driver->sensors().size() == 1);
}

TEST_CASE("a message that is too long is refused, not cut") {
  Site site;
  const std::string long_one = delivery(1, R"(,"cursor":")" + std::string(70'000, 'x') + '"');
  CHECK_THAT(answer_to(site, long_one), Catch::Contains("a message of 70"));
  CHECK(site.sink.commits == 0);
}

TEST_CASE("numbers that do not rise are refused") {
  Site site;
  const auto talk = [&]() -> asio::awaitable<void> {
    Process process = co_await greeted(site);
    std::string message = delivery(5), again = message;
    co_await process.ask(std::move(message));
    const std::string answer = co_await process.ask(std::move(again));
    CHECK_THAT(answer, Catch::Contains("n: must rise"));
  };
  test::run(site.loop, talk());
  CHECK(site.sink.values.size() == 1);
}

TEST_CASE("what a peer had sent before it died is taken, each message whole or not at all") {
  Site site;
  site.sink.stuck = true;
  const auto talk = [&]() -> asio::awaitable<void> {
    {
      Process process = co_await greeted(site);
      for (int n = 1; n <= 5; ++n) {
        const std::string message = delivery(n);
        co_await process.socket.send(message, 5s);
      }
      const std::string half = delivery(6).substr(0, 20);
      co_await process.socket.send(half, 5s);
      co_await sleep_for(5ms);
    }
    site.sink.stuck = false;
    site.sink.changed.notify();
    while (site.sink.values.size() < 5) co_await sleep_for(1ms);
    Process next = co_await greeted(site);
    CHECK(site.sink.values == std::vector<std::int64_t>{1, 2, 3, 4, 5});
  };
  test::run(site.loop, talk());
}

TEST_CASE("a flood is slowed down in the sender, not kept in the agent's memory") {
  Site site(R"(,"readings_per_s":1,"messages_per_s":1)");
  int taken = 0;
  const auto talk = [&]() -> asio::awaitable<void> {
    Process process = co_await greeted(site);
    for (; taken < 100'000; ++taken) {
      const std::string message = R"({"columns":[{"sensor":"bed","metric":"room_temperature","values":[1]}]})";
      const Result<void> sent = co_await process.socket.send(message, 50ms);
      if (!sent) co_return;
    }
  };
  test::run(site.loop, talk());
  CHECK(taken < 2'000);  // what the kernel's buffer holds
  CHECK(site.sink.recorded <= 64);
}

TEST_CASE("a client hands over what its driver records and commits, and knows its cursor") {
  Site site;
  struct Meter : Driver {
    std::vector<const Sensor*> sensors() const override { return {&sensor}; }
    asio::awaitable<Result<void>> run(ReadingSink&) override { co_return Result<void>(); }
    Sensor sensor{"mat-meter", 9s};
  } meter;
  Client client(site.loop.get_executor(), site.path, "mat", meter);
  site.sink.cursors["mat/"] = "41";
  Tasks tasks(site.loop.get_executor());
  const auto keep = [&]() -> asio::awaitable<void> { (void)co_await client.run(); };
  tasks.spawn("client", keep());
  const auto talk = [&]() -> asio::awaitable<void> {
    co_await client.welcomed();
    CHECK(client.cursor("").bytes == "41");
    Reading reading;
    reading.sensor = &meter.sensor;
    reading.metric = find_metric("heart_rate");
    reading.time = boot_now();
    reading.value = Decimal(77);
    client.record({&reading, 1});
    const Cursor behind{"", "42"};
    const Result<void> committed = co_await client.commit({&reading, 1}, behind);
    CHECK(committed);
    CHECK(client.cursor("").bytes == "42");
    reading.time = boot_now() + 1h;
    const Cursor further{"", "43"};
    const Result<void> refused = co_await client.commit({&reading, 1}, further);
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().sentence(), Catch::Contains("future"));
    tasks.cancel();
    co_await tasks.finished(boot_now() + 5s);
  };
  test::run(site.loop, talk());
  CHECK(site.sink.recorded == 1);
  CHECK(site.sink.cursors["mat/"] == "42");
  CHECK(site.driver->sensors().at(0)->id == "ext-mat-meter");
}

TEST_CASE("the socket has the mode of the settings, and a second agent does not take it over") {
  Site site;
  const auto talk = [&]() -> asio::awaitable<void> {
    co_await connected(site);
    const auto second = site.settings.create("two", {site.loop.get_executor(), {}, boot_now});
    const Result<void> ran = co_await (*second)->run(site.sink);
    REQUIRE_FALSE(ran);
    CHECK_THAT(ran.error().sentence(), Catch::Contains("another process listens there"));
  };
  test::run(site.loop, talk());
  struct stat file {};
  REQUIRE(::stat(site.path.c_str(), &file) == 0);
  CHECK((file.st_mode & 07777) == 0660);
}

TEST_CASE("settings that say nothing of who a peer is, or wrongly, are named") {
  const auto problems = [](std::string_view json) {
    Settings settings;
    return config::text(config::read(json, settings), "f");
  };
  CHECK_THAT(problems("{}"), Catch::Contains("/peers"));
  CHECK_THAT(problems(R"({"peers":[{"name":"a"}]})"), Catch::Contains("must say who the peer is"));
  CHECK_THAT(problems(R"({"peers":[{"name":"a b","user":"x"}]})"), Catch::Contains("name: 1 to 64"));
  CHECK_THAT(problems(R"({"peers":[{"name":"a","user":"x"},{"name":"a","user":"y"}]})"), Catch::Contains("same name"));
  CHECK_THAT(problems(R"({"mode":"rw","peers":[{"name":"a","user":"x"}]})"), Catch::Contains("three octal digits"));
  Settings settings;
  settings.peers.emplace_back();
  settings.peers[0].name = "a";
  settings.peers[0].user = "no-such-user";
  asio::io_context loop;
  const auto created = settings.create("ext", {loop.get_executor(), {}, boot_now});
  REQUIRE_FALSE(created);
  CHECK(created.error().sentence() == "peer a: no user is called no-such-user");
}

}  // namespace vitald::socket
