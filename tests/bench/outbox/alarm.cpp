#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "agent/recorder.hpp"
#include "platform/linux/clock.hpp"
#include "platform/linux/timer.hpp"
#include "platform/model/metric.hpp"
#include "tests/bench/outbox/parts.hpp"

namespace vitald::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 10ms, kAlarmEvery = 40ms;
constexpr int kWaveformATick = 70, kVitalATick = 10;  // 8,000 readings a second

double us_since(BootTime then) { return static_cast<double>((boot_now() - then).count()); }

// The outbox, and when the commit of an alarm came back.
class Watched final : public Outbox {
 public:
  explicit Watched(std::unique_ptr<Outbox> outbox) : outbox_(std::move(outbox)) {}

  Result<void> commit(std::span<ClosedBatch> batches, std::span<const StoredCursor> cursors) override {
    bool alarm = false;
    for (const ClosedBatch& batch : batches) alarm = alarm || batch.class_ == Class::alarm;
    Result<void> done = outbox_->commit(batches, cursors);
    if (alarm && done) durable_.push_back(boot_now());
    return done;
  }
  std::vector<StoredCursor> cursors() const override { return outbox_->cursors(); }
  void lose(const Loss& loss) override { outbox_->lose(loss); }
  Result<std::vector<StoredBatch>> take(Lane lane, std::size_t bytes, std::size_t batches) override {
    return outbox_->take(lane, bytes, batches);
  }
  void rewind() override { outbox_->rewind(); }
  Result<std::vector<StoredBatch>> read(std::uint64_t epoch, Range range, std::size_t bytes) override {
    return outbox_->read(epoch, range, bytes);
  }
  Result<void> receipted(std::uint64_t epoch, const RangeSet& stored) override {
    return outbox_->receipted(epoch, stored);
  }
  Result<void> flush() override { return outbox_->flush(); }
  bool background() override { return outbox_->background(); }
  std::vector<HeldEpoch> inventory() const override { return outbox_->inventory(); }
  OutboxStats stats() const override { return outbox_->stats(); }

  // On the storage strand's thread, read when it is idle.
  std::vector<BootTime> durable_;

 private:
  std::unique_ptr<Outbox> outbox_;
};

Reading reading(const Sensor& sensor, const char* metric, BootTime time, RateMilliHz rate) {
  static std::mt19937 random(1);
  Reading reading;
  reading.sensor = &sensor;
  reading.metric = find_metric(metric);
  reading.time = time;
  reading.rate = rate;
  reading.value = Decimal(static_cast<std::int64_t>(random() % 100), 0);
  return reading;
}

// What a plain write of a page and its sync take, so many times.
void sync_alone(const std::string& folder, int times, std::vector<double>& into) {
  const std::string file = folder + "/sync";
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const std::string page(4096, 'x');
  for (int i = 0; i < 256; ++i) (void)!pwrite(descriptor, page.data(), page.size(), i * 4096);
  (void)fdatasync(descriptor);
  for (int i = 0; i < times; ++i) {
    const BootTime begun = boot_now();
    (void)!pwrite(descriptor, page.data(), page.size(), i % 256 * 4096);
    (void)fdatasync(descriptor);
    into.push_back(us_since(begun));
  }
  close(descriptor);
}

struct Stream {
  Recorder& recorder;
  asio::io_context& loop;
  BootTime end;
  std::vector<BootTime> alarms;  // when they were recorded
};

asio::awaitable<void> run_stream(Stream& stream) {
  const Sensor ecg{"ecg-1", {}}, vitals{"oximeter-1", {}}, pendant{"pendant-1", {}};
  BootTime alarm = boot_now() + kAlarmEvery;
  std::int64_t sample_us = us(boot_now());
  while (boot_now() < stream.end) {
    std::vector<Reading> readings;
    for (int i = 0; i < kWaveformATick; ++i)
      readings.push_back(reading(ecg, "ecg_lead_ii", boot_time(sample_us += 143), 7'000'000));
    for (int i = 0; i < kVitalATick; ++i) readings.push_back(reading(vitals, "heart_rate", boot_now(), 0));
    stream.recorder.record(readings);
    if (boot_now() >= alarm) {
      alarm += kAlarmEvery;
      const Reading press = reading(pendant, "sos", boot_now(), 0);
      stream.alarms.push_back(press.time);
      stream.recorder.record({&press, 1});
    }
    co_await sleep_for(kTick);
  }
  stream.recorder.finish();
}

}  // namespace

void alarm_path(const Options& options, Table& table) {
  Site site(options.folder);
  std::vector<double> plain;
  sync_alone(site.folder(), 500, plain);
  OutboxSettings settings = site.settings(std::chrono::hours(72));
  settings.now = boot_now;
  Result<std::unique_ptr<Outbox>> opened = Outbox::open(std::move(settings));
  if (!opened) std::abort();
  Watched outbox(std::move(*opened));
  std::vector<BootTime> recorded;
  {
    asio::io_context loop(1);
    StrandThread storage;
    Recorder recorder(loop.get_executor(), storage, outbox, RecorderSettings{}, boot_now, [] {});
    const auto length = std::chrono::duration_cast<Microseconds>(std::chrono::duration<double>(options.alarm_s));
    Stream stream{recorder, loop, boot_now() + length, {}};
    asio::co_spawn(loop, recorder.run(), asio::detached);
    asio::co_spawn(loop, run_stream(stream), asio::detached);
    loop.run();
    recorded = stream.alarms;
  }
  sync_alone(site.folder(), 500, plain);
  std::vector<double> took;
  for (std::size_t i = 0, next = 0; i < recorded.size(); ++i) {
    while (next < outbox.durable_.size() && outbox.durable_[next] < recorded[i]) ++next;
    if (next < outbox.durable_.size())
      took.push_back(static_cast<double>((outbox.durable_[next] - recorded[i]).count()));
  }
  table.note("a page written and synced, alone, p50", percentile(plain, 50), "us");
  table.note("a page written and synced, alone, p99", percentile(plain, 99), "us");
  table.note("alarm, record() to durable, p50, 8,000 readings/s beside it", percentile(took, 50), "us");
  table.note("alarm, record() to durable, p99", percentile(took, 99), "us");
  table.at_most(Table::Kind::time, "alarm p99 beside the disk's own p99", percentile(took, 99) / percentile(plain, 99),
                2, "times");
}

}  // namespace vitald::bench
