#include "platform/linux/tcp_meter.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace vitald {
namespace {

// The head of the kernel's struct tcp_info as far as it is needed; glibc's own ends before it.
struct TcpInfo {
  std::uint8_t flags[8];
  std::uint32_t words[24];
  std::uint64_t pacing_rate, max_pacing_rate, bytes_acked, bytes_received;
  std::uint32_t more_words[6];
  std::uint64_t delivery_rate, busy_us, rwnd_limited_us, sndbuf_limited_us;
  std::uint32_t delivered, delivered_ce;
  std::uint64_t bytes_sent;
};
static_assert(offsetof(TcpInfo, bytes_received) == 128 && offsetof(TcpInfo, bytes_sent) == 200);
constexpr int kTcpInfo = 11;  // TCP_INFO

std::string text(const sockaddr_storage& address) {
  char host[INET6_ADDRSTRLEN] = "";
  in_port_t port = 0;
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, host, sizeof host);
    port = v4.sin_port;
  } else if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof host);
    port = v6.sin6_port;
  }
  return std::string(host) + " " + std::to_string(ntohs(port));
}

using NameOf = int (*)(int, sockaddr*, socklen_t*) noexcept;

// "" when it is no socket, or not connected.
std::string name_of(NameOf which, int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (which(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "";
  return text(address);
}

}  // namespace

TcpMeter::TcpMeter(const std::vector<boost::asio::ip::tcp::endpoint>& peers) {
  for (const auto& peer : peers) peers_.push_back(peer.address().to_string() + " " + std::to_string(peer.port()));
}

std::optional<TcpMeter::Found> TcpMeter::find() const {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", failed)) {
    const std::string number = entry.path().filename();
    int descriptor = -1;
    std::from_chars(number.data(), number.data() + number.size(), descriptor);
    const std::string peer = name_of(::getpeername, descriptor);
    if (std::find(peers_.begin(), peers_.end(), peer) != peers_.end())
      return Found{descriptor, name_of(::getsockname, descriptor)};
  }
  return std::nullopt;
}

std::uint64_t TcpMeter::bytes() {
  if (!found_) found_ = find();
  TcpInfo info{};
  socklen_t size = sizeof info;
  const bool is_there = found_ && name_of(::getsockname, found_->descriptor) == found_->local &&
                        ::getsockopt(found_->descriptor, IPPROTO_TCP, kTcpInfo, &info, &size) == 0;
  if (is_there) bytes_ = std::max(bytes_, info.bytes_sent + info.bytes_received);
  return bytes_;
}

}  // namespace vitald
