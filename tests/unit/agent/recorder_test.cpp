#include "agent/recorder.hpp"

#include <catch2/catch.hpp>

#include "platform/linux/tasks.hpp"
#include "sync/batch/body.hpp"
#include "tests/unit/agent/loop.hpp"
#include "tests/unit/agent/store.hpp"

using namespace vitald;

namespace {

constexpr Microseconds kNever{3'600'000'000};

const Sensor kSensor{"cuff-1"};
const Metric& kVital = *find_metric("heart_rate");
const Metric& kAlarm = *find_metric("sos");
const Metric& kWave = *find_metric("ecg_lead_ii");

Reading reading(const Metric& metric, std::int64_t ms, std::int64_t value) {
  Reading reading;
  reading.sensor = &kSensor;
  reading.metric = &metric;
  reading.time = boot_time(ms * 1000);
  reading.value = Decimal(value);
  return reading;
}

// A recorder with its store, running.
struct Bench {
  asio::io_context loop;
  StrandThread storage;
  test::Store store;
  Recorder recorder;
  Tasks tasks{loop.get_executor()};
  int committed = 0;

  explicit Bench(RecorderSettings settings = {Microseconds(0), kNever, kNever})
      : recorder(loop.get_executor(), storage, store, settings, boot_now, [this] { ++committed; }) {
    tasks.spawn("recorder", recorder.run());
  }
  void run(asio::awaitable<void> test) { test::run(loop, std::move(test)); }
  asio::awaitable<void> finish() {
    recorder.finish();
    CHECK(co_await tasks.finished(boot_now() + Microseconds(10'000'000)));
  }
};

DecodedBody decoded(const ClosedBatch& batch) { return decode_body(batch.body).value(); }

}  // namespace

TEST_CASE("an alarm is committed at once, alone, while vital readings wait for their interval") {
  Bench bench;
  bench.run([&]() -> asio::awaitable<void> {
    const Reading readings[] = {reading(kVital, 1, 70), reading(kAlarm, 2, 1)};
    bench.recorder.record(readings);
    while (bench.committed == 0) co_await sleep_for(Microseconds(1000));
    CHECK(bench.store.readings(Class::alarm) == 1);
    CHECK(bench.store.readings(Class::vital) == 0);
    co_await bench.finish();
    CHECK(bench.store.readings(Class::vital) == 1);
  }());
}

TEST_CASE("readings that were open at the end are on disk when the recorder has ended") {
  Bench bench;
  bench.run([&]() -> asio::awaitable<void> {
    for (int i = 0; i < 100; ++i) {
      const Reading vital = reading(kVital, i, i);
      bench.recorder.record({&vital, 1});
    }
    CHECK(bench.store.commits.empty());
    co_await bench.finish();
    CHECK(bench.store.readings(Class::vital) == 100);
    CHECK(bench.store.commits.size() == 1);
  }());
}

TEST_CASE("a batch is closed when its interval is over") {
  Bench bench({Microseconds(0), Microseconds(20'000), kNever});
  bench.run([&]() -> asio::awaitable<void> {
    const Reading readings[] = {reading(kVital, 1, 70), reading(kWave, 1, 3)};
    bench.recorder.record(readings);
    while (bench.committed == 0) co_await sleep_for(Microseconds(1000));
    CHECK(bench.store.readings(Class::vital) == 1);
    CHECK(bench.store.readings(Class::waveform) == 0);
  }());
}

TEST_CASE("a batch is closed when it is full, long before its interval is over") {
  Bench bench;
  bench.run([&]() -> asio::awaitable<void> {
    for (int i = 0; i < 10'000; ++i) {
      const Reading vital = reading(kVital, i * 1000, i % 100);
      bench.recorder.record({&vital, 1});
    }
    while (bench.committed == 0) co_await sleep_for(Microseconds(1000));
    for (const ClosedBatch& batch : bench.store.commits[0].batches) CHECK(batch.body.size() < 4200);
    co_await bench.finish();
    CHECK(bench.store.readings(Class::vital) == 10'000);
  }());
}

TEST_CASE("commit() returns when readings and cursor are in one transaction") {
  Bench bench;
  bench.run([&]() -> asio::awaitable<void> {
    const Reading readings[] = {reading(kVital, 1, 120), reading(kVital, 2, 80)};
    StoredCursor cursor{"cuff", "records", "7"};
    const std::span<const Reading> all = readings;
    co_await bench.recorder.commit(all, std::move(cursor));
    REQUIRE(bench.store.commits.size() == 1);
    CHECK(bench.store.commits[0].batches.at(0).readings == 2);
    CHECK(bench.store.commits[0].cursors.at(0).bytes == "7");
    CHECK(bench.recorder.cursor("cuff", "records") == "7");
    CHECK(bench.recorder.cursor("cuff", "other").empty());
  }());
}

TEST_CASE("a commit that the store refuses is repeated until it takes it; the cursor moves only then") {
  Bench bench;
  bench.store.failures_to_come = 1;
  bench.run([&]() -> asio::awaitable<void> {
    const Reading vital = reading(kVital, 1, 120);
    StoredCursor cursor{"cuff", "", "8"};
    const std::span<const Reading> all = std::span(&vital, 1);
    co_await bench.recorder.commit(all, std::move(cursor));
    CHECK(bench.store.commits.size() == 1);
    CHECK(bench.store.readings(Class::vital) == 1);
    CHECK(bench.recorder.cursor("cuff", "") == "8");
    CHECK_FALSE(bench.recorder.last_error());
  }());
}

TEST_CASE("readings that find the queue full are counted and become a loss record of their sensor") {
  RecorderSettings settings{Microseconds(0), Microseconds(0), kNever};
  settings.queue_bytes = 1;
  Bench bench(settings);
  bench.run([&]() -> asio::awaitable<void> {
    for (int i = 0; i < 10'000; ++i) {
      const Reading vital = reading(kVital, i, i % 100);
      bench.recorder.record({&vital, 1});
    }
    co_await bench.finish();
    REQUIRE(bench.store.losses.size() == 1);
    const Loss& loss = bench.store.losses[0];
    CHECK(loss.reason == LossReason::queue_full);
    CHECK(loss.sensor == "cuff-1");
    CHECK(loss.readings > 0);
    CHECK(loss.readings + bench.store.readings(Class::vital) == 10'000);
  }());
}

TEST_CASE("an alarm pushes out older readings of a lower class, and these become a loss record") {
  RecorderSettings settings{Microseconds(0), Microseconds(0), kNever};
  settings.queue_bytes = 3000;
  Bench bench(settings);
  bench.run([&]() -> asio::awaitable<void> {
    for (int i = 0; i < 5'000; ++i) {
      const Reading vital = reading(kVital, i, i % 100);
      bench.recorder.record({&vital, 1});
    }
    const Reading alarm = reading(kAlarm, 9'999, 1);
    bench.recorder.record({&alarm, 1});
    co_await bench.finish();
    CHECK(bench.store.readings(Class::alarm) == 1);
    std::uint64_t lost = 0;
    for (const Loss& loss : bench.store.losses) lost += loss.readings;
    CHECK(lost + bench.store.readings(Class::vital) == 5'000);
  }());
}

TEST_CASE("an anchor is a reading, forces a batch and rides in it") {
  Bench bench;
  bench.run([&]() -> asio::awaitable<void> {
    const Anchor anchor{boot_time(5'000'000), utc_time(1'800'000'000'000'000), Microseconds(900), ClockSource::kernel};
    bench.recorder.set_anchor(anchor);
    while (bench.committed == 0) co_await sleep_for(Microseconds(1000));
    const DecodedBody body = decoded(bench.store.commits.at(0).batches.at(0));
    CHECK(body.anchor == anchor);
    REQUIRE(body.columns.size() == 1);
    CHECK(body.columns[0].metric == "clock_utc");
    CHECK(body.columns[0].readings.at(0).value == Decimal(1'800'000'000'000'000, -6));
  }());
}

TEST_CASE("a value outside the metric's physical range is kept and flagged; a special value is not") {
  Bench bench;
  bench.run([&]() -> asio::awaitable<void> {
    Reading readings[] = {reading(kVital, 1, 70), reading(kVital, 2, 900), reading(kVital, 3, 0)};
    readings[2].value = Special::not_a_number;
    StoredCursor cursor{"x", "", ""};
    const std::span<const Reading> all = readings;
    co_await bench.recorder.commit(all, std::move(cursor));
    const DecodedBody body = decoded(bench.store.commits.at(0).batches.at(0));
    CHECK(body.columns.at(0).readings.at(0).quality == quality::kGood);
    CHECK(body.columns.at(0).readings.at(1).quality == quality::kOutOfRange);
    CHECK(body.columns.at(0).readings.at(2).quality == quality::kGood);
  }());
}

TEST_CASE("while the outbox runs full new waveforms are condensed, vitals and alarms are not, and it ends with room") {
  Bench bench({Microseconds(0), Microseconds(0), Microseconds(0), 4 << 20, {}, 5});
  const auto record = [&](int first) -> asio::awaitable<void> {
    std::vector<Reading> readings{reading(kVital, first * 4, 70)};
    for (int i = first; i < first + 10; ++i) {
      readings.push_back(reading(kWave, i * 4, i));
      readings.back().rate = 250'000;
    }
    const int before = bench.committed;
    bench.recorder.record(readings);
    while (bench.committed == before) co_await sleep_for(Microseconds(1000));
  };
  bench.run([&]() -> asio::awaitable<void> {
    bench.store.filled = 0.81;
    co_await record(0);  // after this commit it is known
    CHECK(bench.recorder.condensing());
    CHECK(bench.store.readings(Class::waveform) == 10);
    bench.store.filled = 0.75;
    co_await record(10);
    CHECK(bench.recorder.condensing());
    CHECK(bench.store.readings(Class::waveform) == 10 + 6);
    bench.store.filled = 0.6;
    co_await record(20);
    CHECK_FALSE(bench.recorder.condensing());
    co_await record(30);
    co_await bench.finish();
    CHECK(bench.store.readings(Class::waveform) == 10 + 6 + 6 + 10);
    CHECK(bench.store.readings(Class::vital) == 4);
  }());
}

TEST_CASE("without the setting nothing is condensed, however full the outbox is") {
  Bench bench({Microseconds(0), Microseconds(0), Microseconds(0)});
  bench.store.filled = 1;
  bench.run([&]() -> asio::awaitable<void> {
    for (int i = 0; i < 3; ++i) {
      const Reading one[] = {reading(kWave, i, i)};
      bench.recorder.record(one);
      co_await sleep_for(Microseconds(5000));
    }
    co_await bench.finish();
    CHECK_FALSE(bench.recorder.condensing());
    CHECK(bench.store.readings(Class::waveform) == 3);
  }());
}
