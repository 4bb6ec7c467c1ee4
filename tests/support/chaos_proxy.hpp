#pragma once

// A bad network between a client and a broker: a TCP relay that cuts, delays, freezes, resets, splits, slows, and in
// plain MQTT swallows chosen packets. Everything random comes from its seed. On the caller's loop.
//
// Faults may be changed at any time.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <random>
#include <set>

#include "platform/model/instant.hpp"

namespace vitald {

namespace asio = boost::asio;

struct Faults {
  Microseconds delay_up{0}, delay_down{0};   // one way
  std::uint64_t rate_up = 0, rate_down = 0;  // bytes a second; 0 = any
  std::size_t pieces = 0;                    // largest write; 0 = as read: splits records
  std::uint64_t cut_after = 0;               // bytes up, then a reset in the middle; 0 = never. Counts anew each time
  double stall = 0;                          // chance that a write waits for a retransmission: 200 ms, doubling
  std::size_t black_hole_above = 0;          // a burst larger than this never arrives, nor does what follows; 0 = none
  double swallow_pubacks = 0, swallow_receipts = 0;  // chance of each; plain MQTT only
  bool refuse = false;                               // new connections are reset
};

class ChaosProxy {
 public:
  // to: port on this host.
  ChaosProxy(asio::io_context& loop, std::uint16_t to, std::uint64_t seed);
  ~ChaosProxy();

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  void reset_all();   // RST to both sides
  void freeze_all();  // connections that are there pass nothing any more and do not end: half-open

  Faults faults;
  std::uint64_t bytes_up = 0, bytes_down = 0, connections = 0, swallowed = 0;

 private:
  struct Link;
  struct Way;
  asio::awaitable<void> accept();
  asio::awaitable<void> serve(std::shared_ptr<Link> link);
  asio::awaitable<void> read(std::shared_ptr<Link> link, bool up);
  asio::awaitable<void> write(std::shared_ptr<Link> link, bool up);
  void pass(Link& link, bool up, std::string bytes);
  std::string without_swallowed(Link& link, std::string bytes);
  bool is_swallowed(std::string_view packet);
  bool chance(double probability) { return std::bernoulli_distribution(probability)(random_); }

  asio::ip::tcp::acceptor acceptor_;
  std::uint16_t to_;
  std::mt19937_64 random_;
  std::set<std::shared_ptr<Link>> links_;
};

}  // namespace vitald
