#pragma once

// For tests: the driver against a bluetoothd of the test's own, on one loop.

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>

#include "drivers/ble/adapter.hpp"
#include "drivers/ble/settings.hpp"
#include "platform/linux/timer.hpp"
#include "tests/support/bluetooth/fake_bluez.hpp"
#include "tests/support/bluetooth/peripherals.hpp"
#include "tests/support/bluetooth/private_bus.hpp"

namespace vitald::ble {

// A reading that outlives its sensor.
struct Taken {
  std::string sensor, metric;
  Decimal value;
  Quality quality;
  std::optional<DeviceTime> device_time;
  std::optional<std::uint32_t> record_number;
};

// The store: keeps cursors across drivers.
struct Sink : ReadingSink {
  void record(std::span<const Reading> readings) override { add(recorded, readings); }
  asio::awaitable<Result<void>> commit(std::span<const Reading> readings, const Cursor& cursor) override {
    add(committed, readings);
    cursors[cursor.name] = cursor.bytes;
    ++commits;
    co_return Result<void>();
  }
  Cursor cursor(std::string_view name) const override {
    const auto found = cursors.find(std::string(name));
    return {std::string(name), found == cursors.end() ? "" : found->second};
  }

  static void add(std::vector<Taken>& all, std::span<const Reading> readings) {
    for (const Reading& r : readings)
      all.push_back({r.sensor->id, std::string(r.metric->key), r.value, r.quality, r.device_time, r.record_number});
  }
  // All readings of a metric, of every sensor or of one.
  std::vector<Taken> of(std::string_view metric, std::string_view sensor = {}) const {
    std::vector<Taken> found;
    for (const auto* all : {&recorded, &committed})
      for (const Taken& taken : *all)
        if (taken.metric == metric && (sensor.empty() || taken.sensor == sensor)) found.push_back(taken);
    return found;
  }

  std::vector<Taken> recorded, committed;
  std::map<std::string, std::string> cursors;
  int commits = 0;
};

inline test::Behaviour bonded() {
  test::Behaviour behaviour;
  behaviour.bonded = true;
  return behaviour;
}

class Bench {
 public:
  Bench() : bluez(std::make_unique<test::FakeBluez>(loop, bus.address())) {
    settings.bus = bus.address();
    settings.scan = std::chrono::milliseconds(1000);
    settings.listen = std::chrono::milliseconds(1500);
    settings.quiet = std::chrono::milliseconds(400);
    settings.answer = std::chrono::milliseconds(1500);
    settings.retry = std::chrono::milliseconds(100);
    settings.set_clock = "always";
  }
  ~Bench() { stop(); }

  void start() {
    driver_ = std::move(*settings.create("ble", {loop.get_executor(), {}, boot_now}));
    running_ = true;
    stop_ = std::make_unique<asio::cancellation_signal>();
    auto ended = [this](std::exception_ptr, Result<void> result) {
      running_ = false;
      failure = result ? "" : result.error().sentence();
    };
    asio::co_spawn(loop, driver_->run(sink), asio::bind_cancellation_slot(stop_->slot(), ended));
  }
  // Cancelled, as at SIGTERM; true: it has ended.
  bool stop() {
    if (!driver_) return true;
    stop_->emit(asio::cancellation_type::terminal);
    const bool ended = until([this] { return !running_; });
    driver_.reset();
    return ended;
  }
  // The loop runs until it holds; false: not within 20 s.
  bool until(const std::function<bool()>& holds, std::chrono::seconds most = std::chrono::seconds(20)) {
    const auto by = std::chrono::steady_clock::now() + most;
    while (!holds()) {
      if (std::chrono::steady_clock::now() > by) return false;
      loop.restart();
      loop.run_one_for(std::chrono::milliseconds(50));
    }
    return true;
  }
  void run_for(std::chrono::milliseconds span) {
    const auto by = std::chrono::steady_clock::now() + span;
    until([&] { return std::chrono::steady_clock::now() > by; });
  }
  bool running() const { return running_; }

  test::PrivateBus bus;
  asio::io_context loop;
  BleSettings settings;
  Sink sink;
  std::string failure;
  std::unique_ptr<test::FakeBluez> bluez;

 private:
  std::unique_ptr<Driver> driver_;
  std::unique_ptr<asio::cancellation_signal> stop_;
  bool running_ = false;
};

}  // namespace vitald::ble
