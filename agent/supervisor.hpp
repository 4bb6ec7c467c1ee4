#pragma once

// Keeps one driver running: starts it again with back-off when it fails, knows when each of its sensors was last heard,
// and notices the silence of those that should have spoken.

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/recorder.hpp"
#include "drivers/driver.hpp"

namespace vitald {

struct SensorStatus {
  std::string id;
  std::optional<BootTime> last_reading;
  std::uint64_t readings = 0;
  bool silent = false;
};

struct DriverStatus {
  // running: all well. degraded: failed and started again, nothing read since. failed: kFailures times in a row without
  // a reading; still tried, at the longest pause. ended: nothing more to read.
  enum class State { running, degraded, failed, ended };
  std::string id, driver;
  State state = State::running;
  std::string last_error;
  std::uint64_t restarts = 0;
  std::vector<SensorStatus> sensors;
};

std::string_view name(DriverStatus::State state);

class Supervisor final : public ReadingSink {
 public:
  static constexpr int kFailures = 5;

  Supervisor(std::string id, std::string driver_name, std::unique_ptr<Driver> driver, Recorder& recorder, Now now);

  // Tells it every reading once it is recorded. It must live as long.
  void tell(ReadingListener& listener) { listeners_.push_back(&listener); }
  ReadingListener* listener() { return driver_->listener(); }

  // Runs the driver until cancelled or ended.
  asio::awaitable<void> run();
  // Looks for silent sensors; call it about every second.
  void check_silence();
  DriverStatus status() const;
  bool ended() const { return state_ == DriverStatus::State::ended; }

  // ReadingSink, for the driver.
  void record(std::span<const Reading> readings) override;
  asio::awaitable<Result<void>> commit(std::span<const Reading> readings, const Cursor& cursor) override;
  Cursor cursor(std::string_view name) const override;

 private:
  // What is known of one sensor's cadence.
  struct Heard {
    BootTime since;  // last reading, or the start
    std::optional<BootTime> last;
    std::uint64_t readings = 0;
    bool silent = false;
  };

  void heard(std::span<const Reading> readings);
  void tell_listeners(std::span<const Reading> readings);
  void report_silence(const Sensor& sensor, Heard& heard, BootTime until);
  asio::awaitable<Result<void>> run_once();

  std::string id_, driver_name_;
  std::unique_ptr<Driver> driver_;
  Recorder& recorder_;
  Now now_;
  DriverStatus::State state_ = DriverStatus::State::running;
  std::string last_error_;
  std::uint64_t restarts_ = 0;
  int failures_ = 0;  // in a row, without a reading between
  std::map<const Sensor*, Heard> heard_;
  std::vector<ReadingListener*> listeners_;
};

}  // namespace vitald
