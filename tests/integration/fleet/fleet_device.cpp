#include "tests/integration/fleet/fleet_device.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <stdexcept>

#include "platform/linux/timer.hpp"
#include "sync/uplink/paho_session.hpp"
#include "tests/integration/chaos/counted.hpp"

namespace vitald {

namespace {

using namespace std::chrono_literals;

}  // namespace

FleetDevice::FleetDevice(asio::io_context& loop, StrandThread& storage, FleetDeviceOptions options)
    : loop_(loop), storage_(storage), options_(std::move(options)) {}

// The product's own, but for the back-off: the fleet shall be back in seconds.
UplinkSettings FleetDevice::settings() const {
  UplinkSettings settings;
  settings.host = "127.0.0.1";
  settings.port = options_.port;
  settings.plain_tcp = true;
  settings.start = 1s;
  settings.first_connect = 2s;
  settings.backoff_cap = 5s;
  return settings;
}

void FleetDevice::start() {
  auto opened = Outbox::open(counted_outbox(options_.file, options_.id, options_.keys));
  if (!opened) throw std::runtime_error(opened.error().sentence());
  outbox_ = std::move(*opened);
  session_ = make_paho_session(loop_.get_executor());
  uploader_ = std::make_unique<Uploader>(loop_.get_executor(), *session_, storage_, *outbox_, settings(), options_.id,
                                         BootId{7}, options_.keys);
  const auto end = [this](std::exception_ptr) { ++ended_; };
  asio::co_spawn(loop_, uploader_->run(), asio::bind_cancellation_slot(cancel_[0].slot(), end));
  asio::co_spawn(loop_, feed(), asio::bind_cancellation_slot(cancel_[1].slot(), end));
}

void FleetDevice::stop() {
  for (auto& cancel : cancel_) cancel.emit(asio::cancellation_type::terminal);
}

bool FleetDevice::drained() { return accepted_ == options_.readings && waiting_ == 0; }

asio::awaitable<void> FleetDevice::feed() {
  while (accepted_ < options_.readings) {
    std::vector<ClosedBatch> batches;
    batches.push_back(counted_batch(options_.id, accepted_, options_.readings));
    const std::uint32_t count = batches.front().readings;
    const auto done = co_await run_on(storage_, [&] { return outbox_->commit(batches, {}); });
    if (!done) throw std::runtime_error(done.error().sentence());
    accepted_ += count;
    uploader_->wake();
    co_await sleep_for(options_.pace);
  }
  for (;;) {
    waiting_ = co_await run_on(storage_, [this] { return outbox_->stats().batches; });
    co_await sleep_for(1s);
  }
}

}  // namespace vitald
