#pragma once

// Plays a recording into a sink: sets its times on the boot clock and keeps its pace. Every reading goes out through
// commit() together with the place behind it, so that a restart goes on exactly where the store ends. A recording that
// cannot be opened is tried again at each run, so that one wrong file does not keep the agent from starting.
//
// File reads are small pieces of local files and happen on the loop: a page takes less than a sensor's poll would.

#include <functional>
#include <memory>
#include <vector>

#include "drivers/driver.hpp"
#include "drivers/replay/bookmark.hpp"
#include "drivers/replay/recording.hpp"

namespace vitald {

struct Pace {
  double speed = 1;  // 0 = as fast as the sink takes it
  bool loop = false;
};

class Playback : public Driver {
 public:
  using Open = std::function<Result<std::unique_ptr<Recording>>()>;

  Playback(Open open, Pace pace, const DriverContext& context);

  std::vector<const Sensor*> sensors() const override;  // none as long as the recording cannot be opened
  asio::awaitable<Result<void>> run(ReadingSink& sink) override;

 private:
  Result<void> open();
  Result<void> resume(const Cursor& cursor);
  Result<void> read_stretch();
  asio::awaitable<void> until(BootTime time) const;
  void put_on_boot_clock();
  Cursor cursor() const;

  bool paced() const { return pace_.speed > 0; }
  Microseconds played(Microseconds recorded) const;  // how long so much recorded time takes

  Open open_;
  std::unique_ptr<Recording> recording_;  // nullptr: not opened yet
  Pace pace_;
  DriverContext context_;
  Microseconds base_{0};           // on the boot clock: the start of the recording
  Microseconds round_{0};          // recorded time played in full rounds
  std::vector<Reading> readings_;  // of the stretch in hand
};

}  // namespace vitald
