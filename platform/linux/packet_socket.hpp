#pragma once

// Unix sockets that keep messages apart (SOCK_SEQPACKET), and who is at the other end. Nothing here blocks.

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"

namespace vitald {

namespace asio = boost::asio;

// The process that connected, as the kernel saw it then.
struct PeerProcess {
  uid_t user = 0;
  gid_t group = 0;
  pid_t process = 0;
  std::string program;  // its file; "" where /proc does not tell (another user's, for an agent without privileges)
};

class PacketSocket {
 public:
  static constexpr std::size_t kLargestMessage = 64 << 10;  // bytes

  static Result<PacketSocket> connect(asio::any_io_executor loop, const std::string& path);
  // Takes the descriptor over.
  PacketSocket(asio::any_io_executor loop, int descriptor);

  Result<PeerProcess> peer() const;
  // Until something can be received, be it the end.
  asio::awaitable<void> readable();
  // The next message, valid until the next call; nullopt: none waits. invalid: it was too long and is gone.
  // unavailable: the other end has closed.
  Result<std::optional<std::string_view>> receive();
  // timeout: the other end has taken nothing for that long.
  asio::awaitable<Result<void>> send(std::string_view message, Microseconds patience);

 private:
  asio::posix::stream_descriptor socket_;
  std::vector<char> room_;
};

class PacketListener {
 public:
  // Takes the place of a socket that nobody listens at any more; refused: somebody does. `group`: -1 = our own.
  static Result<PacketListener> open(asio::any_io_executor loop, const std::string& path, mode_t mode, gid_t group);
  // An error passes: too many descriptors are open, for instance.
  asio::awaitable<Result<PacketSocket>> accept();

 private:
  PacketListener(asio::any_io_executor loop, int descriptor) : listener_(std::move(loop), descriptor) {}

  asio::posix::stream_descriptor listener_;
};

}  // namespace vitald
