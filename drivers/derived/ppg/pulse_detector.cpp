#include "drivers/derived/ppg/pulse_detector.hpp"

#include <algorithm>
#include <cmath>

namespace vitald {
namespace {

// All from the paper.
constexpr double kLow_hz = 8, kHigh_hz = 0.5;
constexpr double kPeak_s = 0.111, kBeat_s = 0.667;
constexpr double kOffset = 0.02;  // of the mean of the squared signal

constexpr double kLevel_s = 10;   // over which that mean is taken; the paper takes the whole recording
constexpr double kApart_s = 0.2;  // nearer peaks are one: 300 a minute

}  // namespace

PulseDetector::PulseDetector(double rate_hz)
    : rate_hz_(rate_hz),
      low_(Butterworth::Pass::low, kLow_hz, rate_hz),
      high_(Butterworth::Pass::high, kHigh_hz, rate_hz),
      peak_mean_(kPeak_s * rate_hz),
      beat_mean_(kBeat_s * rate_hz),
      level_(kLevel_s * rate_hz),
      lead_(std::llround(beat_mean_.delay() - peak_mean_.delay())),
      band_(kLatest_s * rate_hz),
      peak_means_(kLatest_s * rate_hz) {}

void PulseDetector::add(double sample, std::vector<std::int64_t>& peaks) {
  newest_ = sample;
  band_.add(high_.add(low_.add(sample)));
  const double positive = std::max(band(), 0.0), square = positive * positive;
  peak_means_.add(peak_mean_.add(square));
  const double beat_mean = beat_mean_.add(square);
  const double offset = kOffset * level_.add(square);
  const std::int64_t now = band_.end() - 1;
  if (now < lead_) return;
  const std::int64_t at = now - std::llround(beat_mean_.delay());  // the sample that both means are about
  const bool inside = peak_means_[now - lead_] > beat_mean + offset;
  if (inside && block_ < 0) block_ = at;
  const bool too_long = block_ >= 0 && static_cast<double>(at - block_) > kBeat_s * rate_hz_;
  if (block_ >= 0 && (!inside || too_long)) end_block(at, peaks);
}

// A block that is narrower than a systolic peak is noise.
void PulseDetector::end_block(std::int64_t end, std::vector<std::int64_t>& peaks) {
  const std::int64_t begin = std::max(block_, band_.begin());
  block_ = -1;
  if (static_cast<double>(end - begin) < kPeak_s * rate_hz_ - 0.5) return;
  std::int64_t highest = begin;
  for (std::int64_t i = begin; i < end; ++i)
    if (band_[i] > band_[highest]) highest = i;
  if (last_ >= 0 && static_cast<double>(highest - last_) < kApart_s * rate_hz_) return;
  peaks.push_back(last_ = highest);
}

// As if the signal stayed where it ended.
void PulseDetector::finish(std::vector<std::int64_t>& peaks) {
  for (auto rest = static_cast<int>(kBeat_s * rate_hz_); rest > 0; --rest) add(newest_, peaks);
}

std::int64_t PulseDetector::settled() const {
  return std::max<std::int64_t>(0, band_.end() - static_cast<std::int64_t>(2 * kBeat_s * rate_hz_));
}

}  // namespace vitald
