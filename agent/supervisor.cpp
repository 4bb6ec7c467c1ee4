#include "agent/supervisor.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <exception>

namespace vitald {
namespace {

constexpr Microseconds kFirstPause{1'000'000};
constexpr Microseconds kLongestPause{60'000'000};
// A silence that goes on is reported in pieces, so that a power cut does not take the whole of it.
constexpr Microseconds kSilencePiece{600'000'000};

}  // namespace

std::string_view name(DriverStatus::State state) {
  constexpr std::string_view kNames[] = {"running", "degraded", "failed", "ended"};
  return kNames[static_cast<int>(state)];
}

Supervisor::Supervisor(std::string id, std::string driver_name, std::unique_ptr<Driver> driver, Recorder& recorder,
                       Now now)
    : id_(std::move(id)),
      driver_name_(std::move(driver_name)),
      driver_(std::move(driver)),
      recorder_(recorder),
      now_(std::move(now)) {
  for (const Sensor* sensor : driver_->sensors()) heard_[sensor].since = now_();
}

asio::awaitable<void> Supervisor::run() {
  Microseconds pause = kFirstPause;
  while (true) {
    const Result<void> ran = co_await run_once();
    if (ran) {
      state_ = DriverStatus::State::ended;
      spdlog::info("{}: nothing more to read", id_);
      co_return;
    }
    if (failures_ == 0) pause = kFirstPause;
    ++failures_;
    ++restarts_;
    state_ = failures_ >= kFailures ? DriverStatus::State::failed : DriverStatus::State::degraded;
    last_error_ = ran.error().sentence();
    spdlog::warn("{}: {}; started again in {} s", id_, last_error_, pause.count() / 1'000'000);
    co_await sleep_for(pause);
    pause = std::min(pause * 2, kLongestPause);
  }
}

// A driver's exception must not take the others down. Cancellation is not the driver's failure: it goes on up.
asio::awaitable<Result<void>> Supervisor::run_once() {
  try {
    co_return co_await driver_->run(*this);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    co_return Error(Code::internal, error.what());
  } catch (const std::exception& error) {
    co_return Error(Code::internal, error.what());
  }
}

void Supervisor::record(std::span<const Reading> readings) {
  heard(readings);
  recorder_.record(readings);
  tell_listeners(readings);
}

asio::awaitable<Result<void>> Supervisor::commit(std::span<const Reading> readings, const Cursor& cursor) {
  heard(readings);
  StoredCursor stored{id_, cursor.name, cursor.bytes};  // named: GCC 12 frees a braced temporary of an await twice
  co_await recorder_.commit(readings, std::move(stored));
  tell_listeners(readings);
  co_return Result<void>();
}

Cursor Supervisor::cursor(std::string_view name) const { return {std::string(name), recorder_.cursor(id_, name)}; }

// Whatever goes wrong with a listener is not this driver's matter: its readings are recorded already.
void Supervisor::tell_listeners(std::span<const Reading> readings) {
  for (ReadingListener* listener : listeners_) try {
      listener->hear(readings);
    } catch (const std::exception& error) {
      spdlog::error("{}: not heard by a listener: {}", id_, error.what());
    }
}

void Supervisor::heard(std::span<const Reading> readings) {
  if (readings.empty()) return;
  failures_ = 0;
  state_ = DriverStatus::State::running;
  const BootTime now = now_();
  Heard* of = nullptr;
  const Sensor* sensor = nullptr;
  for (const Reading& reading : readings) {
    if (reading.sensor != sensor) {
      sensor = reading.sensor;
      of = &heard_[sensor];
      if (of->silent) report_silence(*sensor, *of, now);
      of->silent = false;
      of->since = now;
      of->last = now;
    }
    ++of->readings;
  }
}

void Supervisor::check_silence() {
  if (ended()) return;
  const BootTime now = now_();
  for (const Sensor* sensor : driver_->sensors()) heard_.try_emplace(sensor, Heard{now, {}, 0, false});
  for (auto& [sensor, heard] : heard_) {
    if (sensor->silent_after.count() == 0 || now - heard.since < sensor->silent_after) continue;
    if (heard.silent && now - heard.since < kSilencePiece) continue;
    if (!heard.silent) spdlog::warn("{}: silent", sensor->id);
    heard.silent = true;
    report_silence(*sensor, heard, now);
  }
}

// The sensor was expected between heard.since and `until` and said nothing.
void Supervisor::report_silence(const Sensor& sensor, Heard& heard, BootTime until) {
  recorder_.lose({LossReason::sensor_absent, Class::vital, 0, {}, heard.since, until, 0, {}, sensor.id});
  heard.since = until;
}

DriverStatus Supervisor::status() const {
  DriverStatus status{id_, driver_name_, state_, last_error_, restarts_, {}};
  for (const auto& [sensor, heard] : heard_)
    status.sensors.push_back({sensor->id, heard.last, heard.readings, heard.silent});
  std::ranges::sort(status.sensors, {}, &SensorStatus::id);
  return status;
}

}  // namespace vitald
