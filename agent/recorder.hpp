#pragma once

// From readings to commits: one open batch per class, closed by its commit interval or its size, several closed batches
// in one commit. Lives on the loop; only the commit itself runs on the storage strand.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agent/condenser.hpp"
#include "drivers/driver.hpp"
#include "platform/linux/condition.hpp"
#include "platform/linux/strand_thread.hpp"
#include "platform/model/reading.hpp"
#include "platform/model/timeline.hpp"
#include "sync/batch/builder.hpp"
#include "sync/outbox/outbox.hpp"

namespace vitald {

struct RecorderSettings {
  Microseconds alarm{0}, vital{5'000'000}, waveform{5'000'000};  // commit intervals
  std::size_t queue_bytes = 4 << 20;                             // closed batches that wait for the disk
  BootId boot{};
  std::uint32_t condense = 0;  // samples a group while the outbox runs full; 0: never
};

class Recorder {
 public:
  // committed: called on the loop after each commit that succeeded.
  Recorder(asio::any_io_executor loop, StrandThread& storage, Outbox& outbox, const RecorderSettings& settings, Now now,
           std::function<void()> committed);

  // Never blocks. What does not fit into the queue is counted and becomes a loss record of its sensor; an alarm pushes
  // older readings of lower classes out.
  void record(std::span<const Reading> readings);
  // In one transaction with the cursor, durable when it returns. Waits while the queue is full or the store refuses.
  asio::awaitable<void> commit(std::span<const Reading> readings, StoredCursor cursor);
  // As last committed; "" when never.
  std::string cursor(const std::string& driver, std::string_view name) const;
  void lose(Loss loss);
  // Goes into every batch closed from now on, and is itself a reading that forces one.
  void set_anchor(const Anchor& anchor);

  // Commits what is due, until finish() was called and everything is on disk.
  asio::awaitable<void> run();
  // Close and commit everything, then let run() return. Nothing is recorded afterwards.
  void finish();

  // Since when a commit has been under way: for the watchdog.
  std::optional<BootTime> busy_since() const { return busy_since_; }
  // New waveforms are packed as minimum, mean and maximum at present.
  bool condensing() const { return condensing_; }
  const std::optional<Error>& last_error() const { return last_error_; }  // why commits fail at present

 private:
  struct Open {
    BodyBuilder builder;
    BootTime since;
  };
  struct Queued {
    ClosedBatch batch;
    bool with_cursor;  // belongs to a commit(): never dropped
  };

  Open& open(Class class_) { return open_[static_cast<std::size_t>(class_) - 1]; }
  Microseconds interval(Class class_) const;
  void add(Open& open, const Reading& reading, bool with_cursor);
  void close(Open& open, Class class_, bool with_cursor);
  void add_sample(const Reading& sample);
  void flush_groups();
  void look_at_fill(double filled);
  void close_due();
  void close_all();
  BootTime next_due() const;
  bool queue_full() const { return queued_bytes_ >= settings_.queue_bytes; }
  bool make_room(Class class_);
  void overflow(Class class_, const std::string& sensor, BootTime first, BootTime last, std::uint64_t readings);
  asio::awaitable<void> commit_queue();

  StrandThread& storage_;
  Outbox& outbox_;
  RecorderSettings settings_;
  Now now_;
  std::function<void()> committed_;

  Open open_[3];  // by class
  std::deque<Queued> queue_;
  std::size_t queued_bytes_ = 0;
  std::vector<StoredCursor> queued_cursors_;
  std::vector<Loss> losses_;                                            // for the ledger, with the next commit
  std::uint64_t queue_generation_ = 1;                                  // of what is queued now
  std::uint64_t durable_generation_ = 0;                                // everything up to it is on disk
  std::map<std::pair<std::string, std::string>, std::string> cursors_;  // (driver, name) -> bytes, as committed
  std::optional<Anchor> anchor_;
  Condenser condenser_;
  bool condensing_ = false;
  std::optional<BootTime> grouped_since_;  // samples wait in groups
  Sensor clock_{"clock"};                  // whose reading an anchor is

  Condition work_;     // something to commit
  Condition durable_;  // a commit has succeeded
  std::optional<BootTime> busy_since_;
  std::optional<Error> last_error_;
  bool finishing_ = false;
};

}  // namespace vitald
