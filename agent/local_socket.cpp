#include "agent/local_socket.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <memory>
#include <variant>

#include "platform/linux/timer.hpp"

namespace vitald {
namespace {

using asio::local::stream_protocol;
using namespace asio::experimental::awaitable_operators;

constexpr Microseconds kPatience{30'000'000};     // with an asker that neither reads nor writes: a slow stick may
constexpr std::size_t kLargestRequest = 8 << 20;  // bytes
constexpr std::size_t kMostAskers = 16;

class Peer final : public Asker {
 public:
  explicit Peer(stream_protocol::socket socket) : socket_(std::move(socket)) {}

  asio::awaitable<std::string> request() {
    std::string bytes;
    auto read =
        asio::async_read(socket_, asio::dynamic_buffer(bytes, kLargestRequest), asio::as_tuple(asio::use_awaitable));
    co_await (std::move(read) || deadline(kPatience));
    co_return bytes;
  }
  asio::awaitable<bool> write(std::string bytes) override {
    auto written = asio::async_write(socket_, asio::buffer(bytes), asio::as_tuple(asio::use_awaitable));
    const auto first = co_await (std::move(written) || deadline(kPatience));
    co_return first.index() == 0 && !std::get<0>(std::get<0>(first));
  }

 private:
  stream_protocol::socket socket_;
};

// Takes the place of a socket that a killed agent left behind.
Result<void> listen(stream_protocol::acceptor& acceptor, const std::string& socket) {
  boost::system::error_code failed;
  const stream_protocol::endpoint endpoint(socket);
  ::unlink(socket.c_str());
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.bind(endpoint, failed);
  if (!failed && ::chmod(socket.c_str(), 0660) != 0) failed.assign(errno, boost::system::system_category());
  if (!failed) acceptor.listen(static_cast<int>(kMostAskers), failed);
  if (failed) return Error(Code::io, "local socket " + socket + ": " + failed.message());
  return {};
}

asio::awaitable<void> answer_one(std::unique_ptr<Peer> peer, Answer answer) {
  std::string request = co_await peer->request();
  co_await answer(std::move(request), *peer);
}

Result<void> connect(stream_protocol::socket& peer, const std::string& socket) {
  if (socket.size() >= 108) return Error(Code::invalid, socket + ": too long for a socket's name");
  boost::system::error_code failed;
  peer.connect(stream_protocol::endpoint(socket), failed);
  if (!failed) return {};
  return Error(Code::unavailable, "no agent answers at " + socket + ": " + failed.message() +
                                      "; is vitald running, and is status_socket the same in its configuration?");
}

}  // namespace

asio::awaitable<Result<void>> serve(std::string socket, Tasks& tasks, Answer answer) {
  stream_protocol::acceptor acceptor(co_await asio::this_coro::executor);
  if (const Result<void> listening = listen(acceptor, socket); !listening) co_return listening;
  while (true) {
    auto [failed, accepted] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (failed || tasks.running() >= kMostAskers) {
      co_await sleep_for(Microseconds(100'000));  // out of descriptors, perhaps
      continue;
    }
    auto peer = std::make_unique<Peer>(std::move(accepted));
    tasks.spawn("local socket", answer_one(std::move(peer), answer));
  }
}

Result<void> ask_agent(const std::string& socket, std::string_view request, const Sink& sink) {
  asio::io_context loop;
  stream_protocol::socket peer(loop);
  if (const Result<void> connected = connect(peer, socket); !connected) return connected;
  boost::system::error_code failed;
  asio::write(peer, asio::buffer(request), failed);
  if (!failed) peer.shutdown(stream_protocol::socket::shutdown_send, failed);
  std::string refusal;
  std::array<char, 64 << 10> room;
  for (bool first = true; !failed; first = false) {
    const std::size_t size = peer.read_some(asio::buffer(room), failed);
    const std::string_view bytes(room.data(), size);
    if (!refusal.empty() || (first && bytes.starts_with(kErrorAnswer))) {
      refusal += bytes;
    } else if (const Result<void> taken = sink(bytes); !taken) {
      return taken;
    }
  }
  if (failed != asio::error::eof) return Error(Code::io, socket + ": " + failed.message());
  if (!refusal.empty()) return Error(Code::refused, refusal.substr(kErrorAnswer.size()));
  return {};
}

Result<std::string> ask_agent(const std::string& socket, std::string_view request) {
  std::string answer;
  const Result<void> asked = ask_agent(socket, request, [&](std::string_view bytes) {
    answer += bytes;
    return Result<void>();
  });
  return asked ? Result<std::string>(std::move(answer)) : asked.error();
}

}  // namespace vitald
