#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>

#include "agent/status.hpp"

namespace vitald {
namespace {

using asio::local::stream_protocol;
using namespace asio::experimental::awaitable_operators;

constexpr Microseconds kPatience{2'000'000};  // with a peer that does not read

// Takes the place of a socket that a killed agent left behind.
Result<void> listen(stream_protocol::acceptor& acceptor, const std::string& socket) {
  boost::system::error_code failed;
  const stream_protocol::endpoint endpoint(socket);
  ::unlink(socket.c_str());
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.bind(endpoint, failed);
  if (!failed && ::chmod(socket.c_str(), 0660) != 0) failed.assign(errno, boost::system::system_category());
  if (!failed) acceptor.listen(4, failed);
  if (failed) return Error(Code::io, "status socket " + socket + ": " + failed.message());
  return {};
}

}  // namespace

asio::awaitable<Result<void>> serve_status(std::string socket, std::function<asio::awaitable<std::string>()> report) {
  stream_protocol::acceptor acceptor(co_await asio::this_coro::executor);
  if (const Result<void> listening = listen(acceptor, socket); !listening) co_return listening;
  while (true) {
    auto [failed, peer] = co_await acceptor.async_accept(asio::as_tuple(asio::use_awaitable));
    if (failed) {
      co_await sleep_for(Microseconds(100'000));  // out of descriptors, perhaps
      continue;
    }
    const std::string text = co_await report();
    co_await (asio::async_write(peer, asio::buffer(text), asio::as_tuple(asio::use_awaitable)) || deadline(kPatience));
  }
}

Result<std::string> ask_status(const std::string& socket) {
  asio::io_context loop;
  stream_protocol::socket peer(loop);
  boost::system::error_code failed;
  if (socket.size() >= 108) return Error(Code::invalid, socket + ": too long for a socket's name");
  peer.connect(stream_protocol::endpoint(socket), failed);
  if (failed)
    return Error(Code::unavailable, "no agent answers at " + socket + ": " + failed.message() +
                                        "; is vitald running, and is status_socket the same in its configuration?");
  std::string text;
  asio::read(peer, asio::dynamic_buffer(text), failed);
  if (failed != asio::error::eof) return Error(Code::io, socket + ": " + failed.message());
  return text;
}

}  // namespace vitald
