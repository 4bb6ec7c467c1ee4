#pragma once

// A recording: readings in a file, in the order in which they were taken, read stretch by stretch.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "platform/model/reading.hpp"
#include "platform/model/result.hpp"

namespace vitald {

class Recording {
 public:
  // A place between two stretches, in the recording's own numbers. Empty = the start.
  using Position = std::vector<std::int64_t>;

  // How much to read at once: about so many readings, and of no more recorded time than `span`.
  struct Stretch {
    std::size_t readings;
    Microseconds span;
  };

  virtual ~Recording() = default;

  // Addresses stay valid as long as the recording.
  virtual std::vector<const Sensor*> sensors() const = 0;
  // Another text when the file is another one.
  virtual const std::string& identity() const = 0;

  // Appends the next stretch's readings. Their time counts from the start of the recording, the rate is the recorded
  // one. Nothing appended and no error: the end. After an error the position is where it was.
  virtual Result<void> read(const Stretch& most, std::vector<Reading>& out) = 0;
  // Behind what was read.
  virtual Position position() const = 0;
  virtual Result<void> seek(const Position& position) = 0;
  // When the reading behind the position is due, from the start of the recording; at its end: its length.
  virtual Microseconds due() const = 0;
};

}  // namespace vitald
