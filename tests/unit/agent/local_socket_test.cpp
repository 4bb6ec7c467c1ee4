#include "agent/local_socket.hpp"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/result.hpp"
#include "tests/support/scratch.hpp"

using namespace vitald;

namespace {

// Runs `ask` in a thread of its own while the loop serves; "large" is answered with much, "no" with an error.
template <class Ask>
void while_serving(const std::string& socket, Ask ask) {
  asio::io_context loop;
  Tasks tasks(loop.get_executor());
  Answer answer = [](std::string request, Asker& asker) -> asio::awaitable<void> {
    std::string text = request == "no" ? std::string(kErrorAnswer) + "not today" : "{\"asked\":\"" + request + "\"}";
    if (request == "large") text.assign(10 << 20, 'x');
    co_await asker.write(std::move(text));
  };
  asio::co_spawn(loop, serve(socket, tasks, std::move(answer)), asio::detached);
  loop.poll();
  std::thread client([&] {
    ask();
    loop.stop();
  });
  loop.run();
  client.join();
}

TEST_CASE("a request is answered over a socket of mode 0660, also where a killed agent left one") {
  const Scratch scratch;
  const std::string socket = scratch.file("socket");
  Result<std::string> answer = Error(Code::internal, "not asked");
  for (int start = 0; start < 2; ++start) {
    while_serving(socket, [&] { answer = ask_agent(socket, "status"); });
    CHECK(::access(socket.c_str(), R_OK | W_OK) == 0);
    REQUIRE(answer);
    CHECK(*answer == "{\"asked\":\"status\"}");
  }
  ::unlink(socket.c_str());
  const auto nobody = ask_agent(socket, "status");
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().code() == Code::unavailable);
}

TEST_CASE("an answer may be large, and may be an error") {
  const Scratch scratch;
  const std::string socket = scratch.file("socket");
  while_serving(socket, [&] {
    const auto large = ask_agent(socket, "large");
    const bool whole = large && large->size() == 10 << 20;
    const auto refused = ask_agent(socket, "no");
    CHECK(whole);
    CHECK_FALSE(refused);
    CHECK(refused.error().sentence() == "not today");
  });
}

TEST_CASE("an asker whose sink fails hears why") {
  const Scratch scratch;
  const std::string socket = scratch.file("socket");
  while_serving(socket, [&] {
    const auto asked = ask_agent(
        socket, "large", [](std::string_view) -> Result<void> { return Error(Code::full, "the stick is full"); });
    CHECK_FALSE(asked);
    CHECK(asked.error().code() == Code::full);
  });
}

}  // namespace
