#include "drivers/max30102/max30102_driver.hpp"

#include <spdlog/spdlog.h>

#include "platform/linux/timer.hpp"

namespace vitald {
namespace max30102 {
namespace {

using namespace std::chrono_literals;

constexpr int kFailures = 5;           // in a row; fewer are ordinary: NAK, a busy bus
constexpr unsigned kSamplesALook = 8;  // of the 32 that the chip holds
constexpr Microseconds kTolerance = 200ms;

Quality quality_of(const Sample& sample, std::uint32_t count, std::uint32_t finger_counts) {
  if (sample.infrared < finger_counts) return quality::kSensorOff;
  return count == kSaturated ? quality::kInvalid : quality::kGood;
}

}  // namespace

void Settings::declare(config::Declaration& d) {
  d.text("bus", bus, "The I2C bus: /dev/i2c-N.");
  d.choice("rate_hz", rate_hz, {"50", "100", "200", "400"}, "Samples a second.");
  d.number("led_ma", led_ma, {0, 51}, "Current of both LEDs, in steps of 0.2 mA.");
  d.integer("finger_counts", finger_counts, {0, kSaturated},
            "Less infrared light than that means that no finger is there: sensor off.");
}

Result<std::unique_ptr<Driver>> Settings::create(const std::string& id, const DriverContext& context) const {
  OpenChip open = [name = bus] { return I2cChip::open(name, kAddress); };
  return std::unique_ptr<Driver>(std::make_unique<Max30102Driver>(id, *this, context, std::move(open)));
}

Max30102Driver::Max30102Driver(const std::string& id, const Settings& settings, DriverContext context, OpenChip open)
    : settings_(settings),
      context_(std::move(context)),
      open_(std::move(open)),
      red_{id + "-red", 10s},
      infrared_{id + "-infrared", 10s},
      rate_(static_cast<RateMilliHz>(std::stoul(settings.rate_hz)) * 1000) {}

asio::awaitable<Result<void>> Max30102Driver::run(ReadingSink& sink) {
  const auto opened = co_await run_on(bus_, [this] { return open_(); });
  if (!opened) co_return opened.error();
  Chip chip(**opened);
  const Result<void> started = co_await run_on(bus_, [&] { return chip.start(rate_ / 1000, settings_.led_ma); });
  if (!started) co_return started.error();
  const Result<void> ended = co_await read(chip, sink);
  co_return ended;
}

asio::awaitable<Result<void>> Max30102Driver::read(Chip& chip, ReadingSink& sink) {
  SampleGrid grid(rate_, kTolerance);
  for (int failures = 0; failures < kFailures;) {
    co_await sleep_for(grid.period() * kSamplesALook);
    const Result<Fifo> fifo = co_await run_on(bus_, [&] { return chip.read(); });
    failures = fifo ? 0 : failures + 1;
    if (fifo) record(*fifo, grid, sink);
    if (fifo && fifo->lost > 0) spdlog::warn("{}: {} samples were lost: its FIFO overran", red_.id, fifo->lost);
    if (failures == kFailures) co_return fifo.error();
  }
  co_return Error(Code::internal, "unreachable");
}

void Max30102Driver::record(const Fifo& fifo, SampleGrid& grid, ReadingSink& sink) const {
  const Metric* metric = find_metric("pleth_waveform");
  const BootTime now = context_.now();
  std::vector<Reading> readings;
  for (std::size_t i = 0; i < fifo.samples.size(); ++i) {
    const Sample& sample = fifo.samples[i];
    Reading reading;
    reading.metric = metric;
    reading.rate = rate_;
    reading.time = grid.next(now - grid.period() * static_cast<std::int64_t>(fifo.samples.size() - 1 - i));
    for (const auto& [sensor, count] : {std::pair(&red_, sample.red), std::pair(&infrared_, sample.infrared)}) {
      reading.sensor = sensor;
      reading.value = Decimal(count);
      reading.quality = quality_of(sample, count, settings_.finger_counts);
      readings.push_back(reading);
    }
  }
  if (!readings.empty()) sink.record(readings);
}

}  // namespace max30102

std::unique_ptr<DriverSettings> max30102_settings() { return std::make_unique<max30102::Settings>(); }

}  // namespace vitald
