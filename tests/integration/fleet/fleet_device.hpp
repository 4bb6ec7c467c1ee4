#pragma once

// One device of a fleet: the product's outbox (sealed, in a file) and uplink, and a driver that counts.

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "platform/linux/strand_thread.hpp"
#include "sync/outbox/outbox.hpp"
#include "sync/uplink/uploader.hpp"

namespace vitald {

struct FleetDeviceOptions {
  std::string id, file;
  std::uint16_t port = 0;
  UplinkKeys keys;
  std::uint32_t readings = 0;
  Microseconds pace{0};  // between two batches once it is under way
};

class FleetDevice {
 public:
  FleetDevice(asio::io_context& loop, StrandThread& storage, FleetDeviceOptions options);

  void start();
  void stop();
  bool stopped() const { return ended_ == 2; }

  const std::string& id() const { return options_.id; }
  std::uint32_t accepted() const { return accepted_; }  // readings 0, 1, ... of this number are committed
  bool drained();
  UplinkStatus status() const { return uploader_->status(); }

 private:
  asio::awaitable<void> feed();
  UplinkSettings settings() const;

  asio::io_context& loop_;
  StrandThread& storage_;
  FleetDeviceOptions options_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Uploader> uploader_;
  asio::cancellation_signal cancel_[2];
  int ended_ = 0;
  std::uint32_t accepted_ = 0;
  std::uint64_t waiting_ = 1;  // batches, at the last look
};

}  // namespace vitald
