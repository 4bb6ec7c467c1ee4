// Alarms to a webhook of the test's own.

#include "sync/receiver/webhook.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <fstream>

#include "platform/http/http.hpp"
#include "platform/linux/timer.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

ReceiverSettings with_webhook() {
  ReceiverSettings settings = Site::unsealed();
  settings.webhook.url = "http://127.0.0.1:1/";
  return settings;
}

struct Hook {
  Site site{with_webhook()};
  Device device;
  Scratch scratch;
  asio::io_context loop{1};
  StrandThread storage;
  std::unique_ptr<http::Server> server;
  std::vector<std::string> bodies;
  std::vector<unsigned> answers;  // of the next calls; then 200

  Hook() {
    site.add(device);
    const auto handler = [this](const http::Request& request) -> asio::awaitable<http::Response> {
      bodies.push_back(request.body);
      http::Response response;
      if (!answers.empty()) response.status = answers.front();
      if (!answers.empty()) answers.erase(answers.begin());
      co_return response;
    };
    server = must(http::serve(loop.get_executor(), {}, handler));
  }
  void alarm(std::uint64_t number) {
    const Made made = make_body({{"heart_rate", at_ms(1000), Decimal(40)}});
    site.take({device.message(device.batch(number, made, Class::alarm), "alarm")});
  }
  // Until so many calls have come, or 20 s.
  void run(std::size_t calls) {
    WebhookSettings settings;
    settings.url = "http://127.0.0.1:" + std::to_string(server->port()) + "/alarms";
    settings.secret_file = scratch.file("secret");
    settings.backoff_cap = 1s;
    std::ofstream(settings.secret_file) << "secret\n";
    Webhook webhook(storage, site.store(), settings, 1);
    const auto enough = [&]() -> asio::awaitable<void> {
      const BootTime end = boot_now() + 20s;
      for (std::int64_t waiting = 1; (bodies.size() < calls || waiting > 0) && boot_now() < end;) {
        co_await sleep_for(20ms);
        waiting = co_await run_on(storage, [&] { return site.number("SELECT count(*) FROM alarm"); });
      }
    };
    const auto all = [&]() -> asio::awaitable<void> { co_await (webhook.run() || server->run() || enough()); };
    asio::co_spawn(loop, all(), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
    loop.run();
    loop.restart();
  }
};

TEST_CASE("an alarm is posted once, with its readings") {
  Hook hook;
  hook.alarm(1);
  hook.alarm(2);
  hook.site.take({hook.device.message(hook.device.batch(3, heart_rates(1)))});
  hook.run(2);
  REQUIRE(hook.bodies.size() == 2);
  CHECK(hook.bodies[0].find("\"id\":\"gateway-1-fedcba9876543210-1\"") != std::string::npos);
  CHECK(hook.bodies[0].find("\"value\":40") != std::string::npos);
  CHECK(hook.bodies[1].find("\"number\":2") != std::string::npos);
}

TEST_CASE("an alarm that the webhook does not take is posted again, and the next one waits") {
  Hook hook;
  hook.answers = {500, 404};
  hook.alarm(1);
  hook.alarm(2);
  hook.run(4);
  REQUIRE(hook.bodies.size() == 4);
  CHECK(hook.bodies[0] == hook.bodies[1]);
  CHECK(hook.bodies[1] == hook.bodies[2]);
  CHECK(hook.bodies[3].find("\"number\":2") != std::string::npos);
}

TEST_CASE("an alarm that waits outlives the receiver") {
  Hook hook;
  hook.alarm(1);
  hook.site.reopen();
  hook.run(1);
  CHECK(hook.bodies.size() == 1);
}

TEST_CASE("the signature is the HMAC of time and body") {
  // printf '1700000000.{}' | openssl dgst -sha256 -hmac secret
  CHECK(must(alarm_signature("secret", 1'700'000'000, "{}")) ==
        "t=1700000000,v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163");
}

}  // namespace
}  // namespace vitald::test
