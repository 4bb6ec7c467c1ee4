#pragma once

// One column of a body while readings arrive (builder.cpp's part).

#include <cstdint>
#include <optional>
#include <string>

#include "platform/model/reading.hpp"
#include "sync/batch/device_clock.hpp"
#include "sync/batch/numbers.hpp"
#include "sync/batch/sample_clock.hpp"

namespace vitald {

// Runs of (word, length); see Column.quality in telemetry.proto.
class QualityRuns {
 public:
  // How many bits it took, about.
  unsigned add(std::uint32_t word) {
    const bool change = word != word_;
    if (change) end_run();
    word_ = word;
    ++length_;
    return change ? 32 : 0;
  }
  // Nothing when all words were 0.
  void append_to(std::string& out) const;
  void clear();

 private:
  void end_run();

  std::string bytes_;
  std::uint32_t word_ = 0, length_ = 0;
};

class ColumnWriter {
 public:
  // An empty column for readings like this one; `sensor` is its sensor's index in the body.
  // How many bytes it takes before the first reading.
  std::size_t open(const Reading& reading, std::uint32_t sensor, std::int64_t base_us, std::uint32_t resolution_us);

  bool takes(const Reading& reading) const {
    return reading.metric == metric_ && reading.sensor == sensor_ && reading.rate == rate_ &&
           reading.device_rate == device_rate_ && reading.device_time.has_value() == has_device_time_ &&
           reading.record_number.has_value() == has_record_number_ &&
           (!reading.value.is_number() || !exponent_ || *exponent_ == reading.value.exponent());
  }
  // A waveform's sample is where the rate expects it; always true for other readings.
  bool continues(const Reading& reading) const {
    return rate_ == 0 || distance(us(reading.time)) + next_.half_period_us() <= 2 * next_.half_period_us();
  }
  // How many bits it took, about.
  unsigned add(const Reading& reading);

  // The Column's bytes.
  void append_to(std::string& out) const;

 private:
  // From the place of the next sample, modulo 2^64.
  std::uint64_t distance(std::int64_t time_us) const {
    return static_cast<std::uint64_t>(time_us) - static_cast<std::uint64_t>(first_us_) - next_.us();
  }
  unsigned add_time(std::int64_t time_us);
  unsigned add_value(const Reading& reading);
  void append_values(std::string& out) const;

  const Sensor* sensor_ = nullptr;
  const Metric* metric_ = nullptr;
  RateMilliHz rate_ = 0, device_rate_ = 0;
  bool has_device_time_ = false, has_record_number_ = false;
  std::optional<int> exponent_;  // none while all values were special
  std::uint32_t sensor_index_ = 0, resolution_us_ = 0, count_ = 0;
  std::int64_t base_us_ = 0, first_us_ = 0, mantissa_ = 0;
  SampleClock next_;  // the next sample of a waveform
  NumbersWriter time_{2}, value_{1}, record_number_{1};
  QualityRuns quality_;
  DeviceClockWriter device_clock_;
};

}  // namespace vitald
