#pragma once

// What went over a TCP connection whose socket is inside a library: found among this process's descriptors by its
// peer, read from the kernel.

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vitald {

class TcpMeter {
 public:
  // The peer is one of these.
  explicit TcpMeter(const std::vector<boost::asio::ip::tcp::endpoint>& peers);

  // Payload of TCP both ways, repetitions included. Goes on with the last value when the connection is gone; 0 while
  // there is none.
  std::uint64_t bytes();

 private:
  struct Found {
    int descriptor;
    std::string local;  // tells the connection from a later one with the same descriptor
  };
  std::optional<Found> find() const;

  std::vector<std::string> peers_;  // "address port"
  std::optional<Found> found_;
  std::uint64_t bytes_ = 0;
};

}  // namespace vitald
