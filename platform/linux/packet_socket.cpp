#include "platform/linux/packet_socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>

#include "platform/linux/timer.hpp"

namespace vitald {
namespace {

using namespace asio::experimental::awaitable_operators;
using asio::posix::descriptor_base;

constexpr int kBacklog = 16;

Error os_error(const std::string& what, int error, Code code = Code::io) {
  return {code, what + ": " + std::strerror(error)};
}

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Error(Code::invalid, path + ": too long for a socket's name");
  path.copy(address.sun_path, path.size());
  return address;
}

int new_socket() { return ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

const sockaddr* generic(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

// A socket that stays behind when its process is killed refuses connections.
bool somebody_listens(const sockaddr_un& address) {
  const int probe = new_socket();
  const bool connected = probe >= 0 && (::connect(probe, generic(address), sizeof address) == 0 || errno == EAGAIN);
  ::close(probe);
  return connected;
}

// 0, or why not. The mode is set before the name appears, so that nobody slips in.
int bind_and_listen(int descriptor, const sockaddr_un& address, mode_t mode, gid_t group) {
  if (::fchmod(descriptor, mode) != 0) return errno;
  if (::bind(descriptor, generic(address), sizeof address) != 0) return errno;
  if (group != static_cast<gid_t>(-1) && ::chown(address.sun_path, static_cast<uid_t>(-1), group) != 0) return errno;
  if (::chmod(address.sun_path, mode) != 0) return errno;
  return ::listen(descriptor, kBacklog) == 0 ? 0 : errno;
}

std::string program_of(pid_t process) {
  std::array<char, 4096> target;
  const std::string link = "/proc/" + std::to_string(process) + "/exe";
  const ssize_t size = ::readlink(link.c_str(), target.data(), target.size());
  return size > 0 ? std::string(target.data(), static_cast<std::size_t>(size)) : "";
}

}  // namespace

Result<PacketSocket> PacketSocket::connect(asio::any_io_executor loop, const std::string& path) {
  const Result<sockaddr_un> address = address_of(path);
  if (!address) return address.error();
  const int descriptor = new_socket();
  if (descriptor < 0) return os_error(path, errno);
  PacketSocket socket(std::move(loop), descriptor);
  if (::connect(descriptor, generic(*address), sizeof *address) == 0) return socket;
  return os_error("nobody listens at " + path, errno, Code::unavailable);
}

PacketSocket::PacketSocket(asio::any_io_executor loop, int descriptor)
    : socket_(std::move(loop), descriptor), room_(kLargestMessage) {}

Result<PeerProcess> PacketSocket::peer() const {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  const int descriptor = const_cast<asio::posix::stream_descriptor&>(socket_).native_handle();
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
    return os_error("SO_PEERCRED", errno);
  return PeerProcess{credentials.uid, credentials.gid, credentials.pid, program_of(credentials.pid)};
}

asio::awaitable<void> PacketSocket::readable() {
  co_await socket_.async_wait(descriptor_base::wait_read, asio::use_awaitable);
}

Result<std::optional<std::string_view>> PacketSocket::receive() {
  const auto receive_once = [this] {
    return ::recv(socket_.native_handle(), room_.data(), room_.size(), MSG_DONTWAIT | MSG_TRUNC);
  };
  ssize_t size = receive_once();
  // A peer that went without reading our answers: Linux says so once, then gives what it had sent.
  if (size < 0 && (errno == ECONNRESET || errno == EINTR)) size = receive_once();
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return std::optional<std::string_view>();
  if (size < 0) return os_error("receiving", errno, Code::unavailable);
  if (size == 0) return Error(Code::unavailable, "the other end has closed");
  const auto bytes = static_cast<std::size_t>(size);
  if (bytes > room_.size())
    return Error(Code::invalid, "a message of " + std::to_string(bytes) + " bytes; at most " +
                                    std::to_string(kLargestMessage) + " are allowed");
  return std::optional(std::string_view(room_.data(), bytes));
}

asio::awaitable<Result<void>> PacketSocket::send(std::string_view message, Microseconds patience) {
  while (true) {
    const ssize_t sent = ::send(socket_.native_handle(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) co_return Result<void>();
    if (errno == EMSGSIZE) co_return Error(Code::invalid, "a message of " + std::to_string(message.size()) + " bytes");
    if (errno != EAGAIN && errno != EINTR) co_return os_error("sending", errno, Code::unavailable);
    auto writable = socket_.async_wait(descriptor_base::wait_write, asio::as_tuple(asio::use_awaitable));
    const auto first = co_await (std::move(writable) || deadline(patience));
    if (first.index() == 1) co_return Error(Code::timeout, "the other end reads nothing");
  }
}

Result<PacketListener> PacketListener::open(asio::any_io_executor loop, const std::string& path, mode_t mode,
                                            gid_t group) {
  const Result<sockaddr_un> address = address_of(path);
  if (!address) return address.error();
  if (somebody_listens(*address)) return Error(Code::refused, path + ": another process listens there");
  ::unlink(path.c_str());
  const int descriptor = new_socket();
  if (descriptor < 0) return os_error(path, errno);
  PacketListener listener(std::move(loop), descriptor);
  if (const int failed = bind_and_listen(descriptor, *address, mode, group)) return os_error(path, failed);
  return listener;
}

asio::awaitable<Result<PacketSocket>> PacketListener::accept() {
  while (true) {
    co_await listener_.async_wait(descriptor_base::wait_read, asio::use_awaitable);
    const int descriptor = ::accept4(listener_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) co_return PacketSocket(listener_.get_executor(), descriptor);
    if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) co_return os_error("accept", errno);
  }
}

}  // namespace vitald
