#include "drivers/replay/wfdb_track.hpp"

#include <cmath>

namespace vitald {

Result<WfdbTrack> make_track(const WfdbSignal& signal, double frames_per_second, const SignalSettings* settings) {
  WfdbTrack track;
  track.signal = signal;
  if (settings && settings->skip) return track;
  const auto metric = metric_of_signal(signal.name, settings);
  if (!metric) return metric.error();
  const double scale = settings ? settings->scale : 1;
  const auto power = scale == 1 ? unit_power(signal.unit, **metric) : Result<int>(0);
  if (!power) return power.error().in("signal " + signal.name);
  track.gain = signal.gain / (scale * std::pow(10.0, *power));
  track.exponent = exponent_for(std::abs(1 / track.gain));
  const double rate = frames_per_second * signal.samples_per_frame;
  if ((*metric)->class_ == Class::waveform) track.rate = static_cast<RateMilliHz>(std::llround(rate * 1000));
  track.channel = ChannelSensors::Channel{signal.name, *metric};
  return track;
}

void WfdbTrack::measure(std::int32_t adc, Reading& reading) const {
  if (adc == invalid_sample(signal.format)) {
    reading.value = Special::not_a_number;
    reading.quality = quality::kInvalid;
  } else {
    reading.value = Decimal::nearest((adc - signal.baseline) / gain, exponent);
  }
}

}  // namespace vitald
