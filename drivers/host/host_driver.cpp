// Reads the device's own temperatures, batteries and power supplies every so often.

#include <map>
#include <memory>

#include "drivers/driver.hpp"
#include "drivers/host/host_values.hpp"
#include "platform/linux/strand_thread.hpp"
#include "platform/linux/timer.hpp"

namespace vitald {
namespace host {
namespace {

using namespace std::chrono_literals;

class HostDriver final : public Driver {
 public:
  HostDriver(std::string id, std::string classes, std::chrono::milliseconds interval, Now now)
      : id_(std::move(id)), classes_(std::move(classes)), interval_(interval), now_(std::move(now)) {}

  std::vector<const Sensor*> sensors() const override {
    std::vector<const Sensor*> all;
    for (const auto& [_, sensor] : sensors_) all.push_back(sensor.get());
    return all;
  }

  asio::awaitable<Result<void>> run(ReadingSink& sink) override {
    while (true) {
      const std::vector<HostValue> values = co_await run_on(bus_, [this] { return read_host(classes_); });
      std::vector<Reading> readings;
      for (const HostValue& value : values) readings.push_back(reading_of(value));
      if (!readings.empty()) sink.record(readings);
      co_await sleep_for(interval_);
    }
  }

 private:
  Reading reading_of(const HostValue& value) {
    std::unique_ptr<Sensor>& sensor = sensors_[value.part];
    if (!sensor) sensor = std::make_unique<Sensor>(Sensor{id_ + "-" + value.part, 3 * interval_});
    Reading reading;
    reading.sensor = sensor.get();
    reading.metric = find_metric(value.metric);
    reading.time = now_();
    reading.value = value.value;
    reading.quality = value.quality;
    return reading;
  }

  std::string id_, classes_;
  std::chrono::milliseconds interval_;
  Now now_;
  std::map<std::string, std::unique_ptr<Sensor>> sensors_;  // by part; for ever, since others know them
  StrandThread bus_;                                        // a chip may take its time
};

class Settings final : public DriverSettings {
 public:
  void declare(config::Declaration& d) override {
    d.duration("interval_s", interval_, {1s, 24h}, "Between two looks.");
    d.text("sysfs", classes_, "Where the kernel shows hwmon and power_supply.");
  }
  Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const override {
    return std::unique_ptr<Driver>(std::make_unique<HostDriver>(id, classes_, interval_, context.now));
  }

 private:
  std::chrono::milliseconds interval_ = 60s;
  std::string classes_ = "/sys/class";
};

}  // namespace
}  // namespace host

std::unique_ptr<DriverSettings> host_settings() { return std::make_unique<host::Settings>(); }

}  // namespace vitald
