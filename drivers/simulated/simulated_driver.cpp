#include "drivers/simulated/simulated_driver.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "platform/linux/timer.hpp"

namespace vitald {
namespace {

using namespace asio::experimental::awaitable_operators;

constexpr Microseconds kBlock{200'000};

}  // namespace

SimulatedDriver::SimulatedDriver(std::unique_ptr<Ward> ward, DriverContext context)
    : ward_(std::move(ward)), now_(std::move(context.now)), measured_more_(std::move(context.loop)) {}

asio::awaitable<Result<void>> SimulatedDriver::run(ReadingSink& sink) {
  if (auto restored = restore_meters(sink); !restored) co_return restored;
  // Beside each other: a slow commit holds up no waveform.
  const auto ended = co_await (commit_records(sink) || record_blocks(sink));
  co_return std::get<0>(ended);
}

Result<void> SimulatedDriver::restore_meters(const ReadingSink& sink) {
  if (restored_) return {};
  for (Meter* meter : ward_->meters())
    if (auto restored = meter->restore(sink.cursor(meter->name())); !restored) return restored;
  restored_ = true;
  return {};
}

// Until a commit fails; its record is kept and is the first of the next run.
asio::awaitable<Result<void>> SimulatedDriver::commit_records(ReadingSink& sink) {
  while (true) {
    while (measured_.records.empty()) co_await measured_more_.wait();
    const Record& record = measured_.records.front();
    const Result<void> committed = co_await sink.commit(record.readings, record.cursor);
    if (!committed) co_return committed.error().in("committing a record of " + record.cursor.name);
    measured_.records.pop_front();
  }
}

asio::awaitable<void> SimulatedDriver::record_blocks(ReadingSink& sink) {
  while (true) {
    co_await sleep_for(kBlock);
    ward_->advance(now_(), measured_);
    for (std::vector<Reading>* block : {&measured_.singles, &measured_.ecg, &measured_.pleth}) {
      if (!block->empty()) sink.record(*block);
      block->clear();
    }
    measured_more_.notify();
  }
}

}  // namespace vitald
