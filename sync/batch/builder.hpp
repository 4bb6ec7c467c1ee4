#pragma once

// Builds a batch's body while readings arrive: each reading is encoded when it is added, so memory is the bytes to be
// written and the size is known at any time.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/model/reading.hpp"
#include "platform/model/timeline.hpp"
#include "sync/batch/body.hpp"

namespace vitald {

class BodyBuilder {
 public:
  // resolution: of irregular readings' times, at least 1 us; times are rounded down to it.
  explicit BodyBuilder(Microseconds resolution = Microseconds(1000));
  ~BodyBuilder();
  BodyBuilder(BodyBuilder&&) noexcept;
  BodyBuilder& operator=(BodyBuilder&&) noexcept;

  // A waveform sample continues its column when it is where the rate expects it (within half a period), else a new
  // column begins. Readings may come in any order of time. The sensor's id is copied.
  void add(const Reading& reading);
  void add(const Loss& loss);
  void set_anchor(const Anchor& anchor);

  bool empty() const;  // no reading and no loss
  std::uint32_t readings() const;
  std::size_t size() const;  // bytes that finish() would return now, or more; fewer by a few a column at most
  BootTime first() const;    // earliest and latest reading; only when readings() > 0
  BootTime last() const;

  // The Body's bytes; the builder is empty afterwards and keeps its memory for the next batch.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vitald
