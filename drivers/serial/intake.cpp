#include "drivers/serial/intake.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kMilliHzUs = 1'000'000'000;  // a period in us is this over the rate in mHz
// A waveform begins anew when its samples come that far from where their rate puts them: some were lost, or the
// sensor's clock has drifted away.
constexpr Microseconds kLargestDrift = 250ms;

// Whether it is on or off is what counts, so a change is never held back.
bool is_state(const Metric& metric) { return metric.unit == "1"; }

bool is_waveform(const Value& value) { return value.metric->class_ == Class::waveform; }

}  // namespace

bool Intake::is_due(const Value& value, BootTime now) const {
  if (is_waveform(value)) return rules_.waveforms;
  const auto last = last_.find(value.metric);
  if (last == last_.end() || now - last->second.time >= rules_.interval) return true;
  return is_state(*value.metric) && (last->second.value != value.value || last->second.quality != value.quality);
}

void Intake::add(const Packet& packet, BootTime now) {
  if (taken_) readings_.clear();
  taken_ = false;
  for (const Value& value : packet.readings) {
    if (!is_due(value, now)) continue;
    Reading reading{&sensor_, value.metric, now, value.value, value.quality, 0, 0, {}, {}};
    if (is_waveform(value) && protocol_.waveform_rate > 0) {
      reading.rate = protocol_.waveform_rate;
      ++waves_[value.metric].waiting;
    }
    last_[value.metric] = {now, value.value, value.quality};
    readings_.push_back(reading);
  }
}

BootTime Intake::next_sample(Wave& wave) const {
  return wave.first + Microseconds(wave.samples++ * kMilliHzUs / protocol_.waveform_rate);
}

// The last of those that wait was measured now.
void Intake::align(Wave& wave, BootTime now) const {
  const auto span = [&](std::int64_t samples) { return Microseconds(samples * kMilliHzUs / protocol_.waveform_rate); };
  const Microseconds off = now - (wave.first + span(wave.samples + wave.waiting - 1));
  if (wave.samples == 0 || off > kLargestDrift || off < -kLargestDrift)
    wave = {now - span(wave.waiting - 1), 0, wave.waiting};
  wave.waiting = 0;
}

std::span<const Reading> Intake::take(BootTime now) {
  if (taken_) return {};
  taken_ = true;
  for (auto& [metric, wave] : waves_)
    if (wave.waiting > 0) align(wave, now);
  for (Reading& reading : readings_)
    if (reading.rate > 0) reading.time = next_sample(waves_[reading.metric]);
  return readings_;
}

}  // namespace vitald
