#pragma once

// One device in its own kind of trouble: the product's outbox (sealed) and uplink, a driver that counts, and a network
// that does to it what the scenario says.

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <random>
#include <string>

#include "platform/linux/strand_thread.hpp"
#include "sync/outbox/outbox.hpp"
#include "sync/uplink/uploader.hpp"
#include "tests/support/chaos_proxy.hpp"
#include "tests/support/scratch.hpp"

namespace vitald {

enum class Scenario {
  broker_restart,
  broker_stopped,
  half_open,
  broker_queue_overflow,
  session_takeover,
  puback_lost,
  receipt_lost,
  tls_cut,
  dns_black_hole,
  mtu_black_hole,
  loss_20_percent,
  slow_32_kB_per_s
};
constexpr int kScenarios = 12;
const char* name(Scenario scenario);

struct DeviceCase {
  Scenario scenario = Scenario::broker_restart;
  std::uint16_t plain_port = 0, tls_port = 0;  // of the broker; 0: none
  TlsFiles files;
  std::string host = "localhost";  // the name by which the device knows its broker
  UplinkKeys keys;
  std::uint32_t readings = 10'000;
  std::chrono::milliseconds dead_link{2000};
  std::uint64_t seed = 0;
};

class Device {
 public:
  Device(asio::io_context& loop, StrandThread& storage, DeviceCase what);
  ~Device();

  void start();
  void stop();
  bool stopped() const { return ended_ == 3; }
  void calm();  // no more trouble

  const std::string& id() const { return id_; }
  const DeviceCase& what() const { return what_; }
  const ChaosProxy& proxy() const { return proxy_; }
  std::uint32_t accepted() const { return accepted_; }  // readings 0, 1, ... of this number are committed
  bool drained() const { return accepted_ == what_.readings && waiting_ == 0; }
  UplinkStatus status() const { return uploader_->status(); }
  Microseconds longest_silence() const { return longest_silence_; }  // until a dead link was given up

 private:
  asio::awaitable<void> feed();
  asio::awaitable<void> trouble();
  asio::awaitable<void> cycle();
  asio::awaitable<void> take_over();
  asio::awaitable<void> watch();
  UplinkSettings settings() const;

  asio::io_context& loop_;
  StrandThread& storage_;
  DeviceCase what_;
  std::string id_;
  Scratch scratch_;
  std::mt19937_64 random_;
  ChaosProxy proxy_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<Session> session_, clone_;
  std::unique_ptr<Uploader> uploader_;
  asio::cancellation_signal cancel_[3];
  int ended_ = 0;
  bool is_calm_ = false;
  std::uint32_t accepted_ = 0;
  std::uint64_t waiting_ = 1;  // batches, at the last look
  Microseconds longest_silence_{0};
};

}  // namespace vitald
