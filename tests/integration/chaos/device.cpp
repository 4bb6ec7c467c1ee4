#include "tests/integration/chaos/device.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <cstdio>
#include <stdexcept>

#include "platform/linux/timer.hpp"
#include "sync/uplink/paho_session.hpp"
#include "sync/uplink/trouble.hpp"
#include "tests/integration/chaos/counted.hpp"
#include "tests/integration/chaos/names.hpp"

namespace vitald {

namespace {

using namespace std::chrono_literals;

std::uint16_t upstream(const DeviceCase& what) {
  return what.scenario == Scenario::tls_cut && what.tls_port != 0 ? what.tls_port : what.plain_port;
}

}  // namespace

const char* name(Scenario scenario) {
  constexpr const char* kNames[] = {"broker_restart",   "broker_stopped", "half_open",       "broker_queue_overflow",
                                    "session_takeover", "puback_lost",    "receipt_lost",    "tls_cut",
                                    "dns_black_hole",   "mtu_black_hole", "loss_20_percent", "slow_32_kB_per_s"};
  return kNames[static_cast<int>(scenario)];
}

Device::Device(asio::io_context& loop, StrandThread& storage, DeviceCase what)
    : loop_(loop),
      storage_(storage),
      what_(std::move(what)),
      id_(name(what_.scenario)),
      random_(what_.seed),
      proxy_(loop, upstream(what_), what_.seed) {}

Device::~Device() = default;

UplinkSettings Device::settings() const {
  UplinkSettings settings;
  settings.host = what_.host;
  settings.port = proxy_.port();
  settings.plain_tcp = upstream(what_) != what_.tls_port;
  settings.tls = {what_.files.ca, what_.files.certificate, what_.files.key};
  settings.start = 100ms;
  settings.first_connect = 300ms;
  settings.backoff_cap = 1s;
  settings.stable = 1s;
  settings.refused_wait = 1s;
  settings.resend = 1s;
  settings.resend_longest = 3s;
  settings.connect_within = 8s;
  settings.dead_link = what_.dead_link;
  settings.message_bytes = 4096;  // many messages
  return settings;
}

void Device::start() {
  const auto open = [this] { return Outbox::open(counted_outbox(scratch_.file("outbox.db"), id_, what_.keys)); };
  auto opened = open();
  if (!opened) throw std::runtime_error(opened.error().sentence());
  outbox_ = std::move(*opened);
  session_ = make_paho_session(loop_.get_executor());
  uploader_ = std::make_unique<Uploader>(loop_.get_executor(), *session_, storage_, *outbox_, settings(), id_,
                                         BootId{7}, what_.keys);
  const auto end = [this](std::exception_ptr) { ++ended_; };
  asio::co_spawn(loop_, uploader_->run(), asio::bind_cancellation_slot(cancel_[0].slot(), end));
  asio::co_spawn(loop_, feed(), asio::bind_cancellation_slot(cancel_[1].slot(), end));
  asio::co_spawn(loop_, trouble(), asio::bind_cancellation_slot(cancel_[2].slot(), end));
}

void Device::stop() {
  for (auto& cancel : cancel_) cancel.emit(asio::cancellation_type::terminal);
}

void Device::calm() {
  is_calm_ = true;
  proxy_.faults = {};
  if (what_.scenario == Scenario::dns_black_hole) resolve_names(true);
}

// Half of it is there before the first connect, the rest comes meanwhile.
asio::awaitable<void> Device::feed() {
  while (accepted_ < what_.readings) {
    std::vector<ClosedBatch> batches;
    const std::uint32_t portion = accepted_ < what_.readings / 2 ? 20 : 1;
    std::uint32_t end = accepted_;
    for (std::uint32_t i = 0; i < portion && end < what_.readings; ++i, end += kCountedBatch)
      batches.push_back(counted_batch(id_, end, what_.readings));
    const auto done = co_await run_on(storage_, [&] { return outbox_->commit(batches, {}); });
    if (!done) throw std::runtime_error(done.error().sentence());
    waiting_ = 1;  // until somebody looks again
    accepted_ = std::min(end, what_.readings);
    uploader_->wake();
    if (portion == 1) co_await sleep_for(80ms);
  }
}

asio::awaitable<void> Device::trouble() {
  while (!is_calm_) {
    co_await sleep_for(std::uniform_int_distribution<int>(300, 1500)(random_) * 1ms);
    if (!is_calm_) co_await cycle();
    co_await watch();
  }
  for (;;) {
    co_await watch();
    co_await sleep_for(100ms);
  }
}

asio::awaitable<void> Device::cycle() {
  Faults& faults = proxy_.faults;
  switch (what_.scenario) {
    case Scenario::half_open:
      proxy_.freeze_all();
      co_await sleep_for(what_.dead_link * 2);
      break;
    case Scenario::session_takeover:
      co_await take_over();
      break;
    case Scenario::puback_lost:
      faults.swallow_pubacks = 0.05;
      break;
    case Scenario::receipt_lost:
      faults.swallow_receipts = 0.5;
      break;
    case Scenario::tls_cut:
      faults.pieces = 700;
      faults.cut_after = std::uniform_int_distribution<std::uint64_t>(3'000, 60'000)(random_);
      break;
    case Scenario::dns_black_hole:
      resolve_names(false);
      proxy_.reset_all();
      co_await sleep_for(2s);
      resolve_names(true);
      break;
    case Scenario::mtu_black_hole:
      faults.black_hole_above = 1200;
      co_await sleep_for(what_.dead_link * 3 / 2);
      faults.black_hole_above = 0;
      co_await sleep_for(2s);
      break;
    case Scenario::loss_20_percent:
      faults.pieces = 1400;
      faults.stall = 0.2;
      break;
    case Scenario::slow_32_kB_per_s:
      faults.rate_up = faults.rate_down = 32'000;
      faults.delay_up = faults.delay_down = 100ms;
      break;
    default:
      break;  // the broker's trouble is everybody's
  }
}

// A second device with the same identity.
asio::awaitable<void> Device::take_over() {
  clone_ = make_paho_session(loop_.get_executor());
  Endpoint endpoint;
  endpoint.host = "localhost";
  endpoint.port = what_.plain_port;
  endpoint.tls = false;
  endpoint.client_id = id_;
  const auto connected = co_await clone_->connect(endpoint, 5s);
  co_await sleep_for(200ms);
  if (connected) co_await clone_->disconnect(1s);
}

asio::awaitable<void> Device::watch() {
  waiting_ = co_await run_on(storage_, [this] { return outbox_->stats().batches; });
  const UplinkStatus now = uploader_->status();
  int silence_ms = 0;
  if (now.trouble == trouble::kDeadLink && std::sscanf(now.last_error.c_str(), "no PUBACK for %d ms", &silence_ms) == 1)
    longest_silence_ = std::max(longest_silence_, Microseconds(silence_ms * 1ms));
}

}  // namespace vitald
