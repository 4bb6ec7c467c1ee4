#include "agent/recorder.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>

namespace vitald {
namespace {

// Body sizes at which a batch is closed before its interval is over.
constexpr std::size_t kVitalBody = 4'000;
constexpr std::size_t kWaveformBody = 16'000;
constexpr std::size_t kMostLosses =
    256;  // losses that wait for a commit; more are merged by the ledger's own rule anyway
// Of the quota: above the one condensing begins, below the other it ends.
constexpr double kFull = 0.8, kRoomAgain = 0.7;
constexpr Microseconds kFirstRetry{1'000'000};
constexpr Microseconds kLongestRetry{4'000'000};  // space that returns is used within 5 s

std::size_t body_limit(Class class_) { return class_ == Class::waveform ? kWaveformBody : kVitalBody; }

Reading with_range_checked(const Reading& reading) {
  Reading checked = reading;
  if (reading.value.is_number() && !reading.metric->in_range(reading.value.value()))
    checked.quality |= quality::kOutOfRange;
  return checked;
}

}  // namespace

Recorder::Recorder(asio::any_io_executor loop, StrandThread& storage, Outbox& outbox, const RecorderSettings& settings,
                   Now now, std::function<void()> committed)
    : storage_(storage),
      outbox_(outbox),
      settings_(settings),
      now_(std::move(now)),
      committed_(std::move(committed)),
      condenser_(settings.condense, [this](const Reading& reading) { add(open(Class::waveform), reading, false); }),
      work_(loop),
      durable_(loop) {
  for (StoredCursor& cursor : outbox_.cursors()) cursors_[{cursor.driver, cursor.name}] = std::move(cursor.bytes);
}

Microseconds Recorder::interval(Class class_) const {
  return class_ == Class::alarm ? settings_.alarm : class_ == Class::vital ? settings_.vital : settings_.waveform;
}

void Recorder::record(std::span<const Reading> readings) {
  for (const Reading& reading : readings) {
    const Class class_ = reading.metric->class_;
    if (queue_full() && !make_room(class_)) {
      overflow(class_, reading.sensor->id, reading.time, reading.time, 1);
      continue;
    }
    if (class_ == Class::waveform && condensing_)
      add_sample(with_range_checked(reading));
    else
      add(open(class_), with_range_checked(reading), false);
  }
  work_.notify();
}

asio::awaitable<void> Recorder::commit(std::span<const Reading> readings, StoredCursor cursor) {
  while (queue_full()) co_await durable_.wait();
  Open own[3];  // not the shared ones: these readings and the cursor are one transaction
  const auto add_own = [&](const Reading& reading) {
    add(own[static_cast<std::size_t>(reading.metric->class_) - 1], reading, true);
  };
  Condenser condenser(settings_.condense, add_own);
  for (const Reading& reading : readings) {
    const bool sample = reading.metric->class_ == Class::waveform && condensing_;
    sample ? condenser.add(with_range_checked(reading)) : add_own(with_range_checked(reading));
  }
  condenser.flush();
  for (Class class_ : kClasses) close(own[static_cast<std::size_t>(class_) - 1], class_, true);
  queued_cursors_.push_back(cursor);
  const std::uint64_t generation = queue_generation_;
  work_.notify();
  while (durable_generation_ < generation) co_await durable_.wait();
}

std::string Recorder::cursor(const std::string& driver, std::string_view name) const {
  const auto found = cursors_.find({driver, std::string(name)});
  return found == cursors_.end() ? "" : found->second;
}

void Recorder::lose(Loss loss) {
  loss.boot = settings_.boot;
  if (losses_.size() < kMostLosses) losses_.push_back(std::move(loss));
  work_.notify();
}

void Recorder::set_anchor(const Anchor& anchor) {
  anchor_ = anchor;
  Reading reading;
  reading.sensor = &clock_;
  reading.metric = find_metric("clock_utc");
  reading.time = anchor.boot_time;
  reading.value = Decimal(us(anchor.utc), -6);
  record({&reading, 1});
  close(open(Class::vital), Class::vital, false);
}

void Recorder::add(Open& open, const Reading& reading, bool with_cursor) {
  if (open.builder.empty()) open.since = now_();
  open.builder.add(reading);
  const Class class_ = reading.metric->class_;
  if (open.builder.size() >= body_limit(class_)) close(open, class_, with_cursor);
}

void Recorder::close(Open& open, Class class_, bool with_cursor) {
  if (open.builder.empty()) return;
  if (anchor_) open.builder.set_anchor(*anchor_);
  ClosedBatch batch{class_, open.builder.readings(), open.builder.first(), open.builder.last(), open.builder.finish()};
  queued_bytes_ += batch.body.size();
  queue_.push_back({std::move(batch), with_cursor});
}

void Recorder::add_sample(const Reading& sample) {
  if (!grouped_since_) grouped_since_ = now_();
  condenser_.add(sample);
}

void Recorder::flush_groups() {
  condenser_.flush();
  grouped_since_.reset();
}

void Recorder::look_at_fill(double filled) {
  const bool condense = filled >= (condensing_ ? kRoomAgain : kFull);
  if (condense == std::exchange(condensing_, condense)) return;
  if (!condense) flush_groups();
  if (condense)
    spdlog::warn("the outbox is {:.0f} % full: new waveforms are kept as minimum, mean and maximum", filled * 100);
  else
    spdlog::info("the outbox is {:.0f} % full: waveforms are kept whole again", filled * 100);
}

void Recorder::close_due() {
  if (grouped_since_ && *grouped_since_ + settings_.waveform <= now_()) flush_groups();
  for (Class class_ : kClasses) {
    Open& batch = open(class_);
    if (!batch.builder.empty() && batch.since + interval(class_) <= now_()) close(batch, class_, false);
  }
}

void Recorder::close_all() {
  flush_groups();
  for (Class class_ : kClasses) close(open(class_), class_, false);
}

BootTime Recorder::next_due() const {
  BootTime due = grouped_since_ ? *grouped_since_ + settings_.waveform : BootTime::max();
  for (Class class_ : kClasses) {
    const Open& batch = open_[static_cast<std::size_t>(class_) - 1];
    if (!batch.builder.empty()) due = std::min(due, batch.since + interval(class_));
  }
  return due;
}

// The newest alarms survive a disk that takes nothing: they push out the oldest batch of a lower class, at last of
// their own.
bool Recorder::make_room(Class class_) {
  if (class_ != Class::alarm) return false;
  for (Class lower : {Class::waveform, Class::vital, Class::alarm}) {
    const auto victim = std::ranges::find_if(
        queue_, [&](const Queued& queued) { return queued.batch.class_ == lower && !queued.with_cursor; });
    if (victim == queue_.end()) continue;
    const ClosedBatch& batch = victim->batch;
    overflow(lower, "", batch.first, batch.last, batch.readings);
    queued_bytes_ -= batch.body.size();
    queue_.erase(victim);
    return true;
  }
  return false;
}

void Recorder::overflow(Class class_, const std::string& sensor, BootTime first, BootTime last,
                        std::uint64_t readings) {
  const auto same = std::ranges::find_if(losses_, [&](const Loss& loss) {
    return loss.reason == LossReason::queue_full && loss.class_ == class_ && loss.sensor == sensor;
  });
  if (same == losses_.end()) {
    lose({LossReason::queue_full, class_, readings, {}, first, last, 0, {}, sensor});
    return;
  }
  same->readings += readings;
  same->first = std::min(same->first, first);
  same->last = std::max(same->last, last);
}

asio::awaitable<void> Recorder::run() {
  while (true) {
    finishing_ ? close_all() : close_due();
    if (!queue_.empty() || !queued_cursors_.empty() || !losses_.empty())
      co_await commit_queue();
    else if (finishing_)
      co_return;
    else
      co_await work_.wait_until(next_due());
  }
}

void Recorder::finish() {
  finishing_ = true;
  work_.notify();
}

// The outbox keeps what it could not write and writes it first the next time, so a failed commit is repeated without
// its batches until the store takes them.
asio::awaitable<void> Recorder::commit_queue() {
  std::vector<ClosedBatch> batches;
  for (Queued& queued : queue_) batches.push_back(std::move(queued.batch));
  queue_.clear();
  queued_bytes_ = 0;
  std::vector<StoredCursor> cursors = std::exchange(queued_cursors_, {});
  const std::uint64_t generation = queue_generation_++;
  Microseconds pause = kFirstRetry;
  while (true) {
    const std::vector<Loss> losses = std::exchange(losses_, {});
    busy_since_ = now_();
    double filled = 0;
    const Result<void> done = co_await run_on(storage_, [&] {
      for (const Loss& loss : losses) outbox_.lose(loss);
      const Result<void> committed = outbox_.commit(batches, cursors);
      if (settings_.condense > 0) filled = outbox_.stats().filled;
      return committed;
    });
    if (settings_.condense > 0) look_at_fill(filled);
    busy_since_.reset();
    if (done) break;
    spdlog::error("outbox: {}; tried again in {} s", done.error().sentence(), pause.count() / 1'000'000);
    last_error_ = done.error();
    batches.clear();
    co_await sleep_for(pause);
    pause = std::min(pause * 2, kLongestRetry);
  }
  last_error_.reset();
  for (StoredCursor& cursor : cursors) cursors_[{cursor.driver, cursor.name}] = std::move(cursor.bytes);
  durable_generation_ = generation;
  durable_.notify();
  committed_();
}

}  // namespace vitald
