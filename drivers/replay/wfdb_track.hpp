#pragma once

// One signal of a WFDB record on its way to readings.

#include <cstdint>
#include <optional>

#include "drivers/replay/channels.hpp"
#include "drivers/replay/wfdb_header.hpp"

namespace vitald {

struct WfdbTrack {
  WfdbSignal signal;
  std::optional<ChannelSensors::Channel> channel;  // none: it is skipped, only its checksum counts
  double gain = 1;                                 // ADC units a unit of the metric
  int exponent = 0;                                // of the readings' values
  RateMilliHz rate = 0;
  std::uint16_t sum = 0;  // of all samples so far, modulo 65536

  // Value and quality of one sample.
  void measure(std::int32_t adc, Reading& reading) const;
};

// settings: the signal's own, nullptr when it has none. Errors name the signal.
Result<WfdbTrack> make_track(const WfdbSignal& signal, double frames_per_second, const SignalSettings* settings);

}  // namespace vitald
