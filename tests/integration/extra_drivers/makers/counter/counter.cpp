// A driver outside the tree: counts steps, one a second.

#include "drivers/driver.hpp"
#include "platform/linux/timer.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

class Counter : public Driver {
 public:
  Counter(const std::string& id, std::chrono::milliseconds pause, Now now)
      : sensor_{id, 3 * pause}, pause_(pause), now_(std::move(now)) {}

  std::vector<const Sensor*> sensors() const override { return {&sensor_}; }

  asio::awaitable<Result<void>> run(ReadingSink& sink) override {
    Reading reading;
    reading.sensor = &sensor_;
    reading.metric = find_metric("steps");
    for (std::int64_t steps = 1;; ++steps) {
      reading.time = now_();
      reading.value = Decimal(steps);
      sink.record({&reading, 1});
      co_await sleep_for(pause_);
    }
  }

 private:
  Sensor sensor_;
  std::chrono::milliseconds pause_;
  Now now_;
};

class CounterSettings : public DriverSettings {
 public:
  void declare(config::Declaration& d) override { d.duration("pause_s", pause_, {10ms, 1h}, "Between two steps."); }
  Result<std::unique_ptr<Driver>> create(const std::string& id, const DriverContext& context) const override {
    return std::unique_ptr<Driver>(std::make_unique<Counter>(id, pause_, context.now));
  }

 private:
  std::chrono::milliseconds pause_{1000};
};

}  // namespace

std::unique_ptr<DriverSettings> counter_settings() { return std::make_unique<CounterSettings>(); }

}  // namespace vitald
