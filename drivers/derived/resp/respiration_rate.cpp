#include "drivers/derived/resp/respiration_rate.hpp"

#include <cmath>

#include "drivers/derived/resp/breaths.hpp"

namespace vitald {
namespace {

constexpr double kSlots_hz = 10;
constexpr int kHopeless = 50;     // percent: breaths that look less alike are not given
constexpr double kApart_s = 0.5;  // two windows' views of one breath are nearer than this

}  // namespace

RespirationRate::RespirationRate(double rate_hz)
    : slots_(rate_hz, kSlots_hz),
      slow_(kWindow_s * slots_.rate_hz() - 1),
      next_(std::llround(kWindow_s * slots_.rate_hz())) {}

void RespirationRate::add(double sample, BeatOutput& out) {
  if (!slots_.add(clean_(sample))) return;
  slow_.add(slots_.value());
  if (slow_.end() < next_) return;
  out.rates.push_back(judge(slow_.end() - std::llround(kWindow_s / 2 * slots_.rate_hz()), out));
  next_ += std::llround(slots_.rate_hz());
}

// A signal shorter than a window is judged as a whole.
void RespirationRate::finish(BeatOutput& out) {
  const Rate last = judge(slow_.end(), out);
  if (slow_.end() < std::llround(kWindow_s * slots_.rate_hz())) out.rates.push_back(last);
}

// The window's rate; gives the breaths before the slot `until`.
Rate RespirationRate::judge(std::int64_t until, BeatOutput& out) {
  std::vector<double> window;
  for (auto i = slow_.begin(); i < slow_.end(); ++i) window.push_back(slow_[i]);
  const Breaths breaths = count_breaths(window, slots_.rate_hz());
  const auto end = std::llround(slots_.sample_of(static_cast<double>(slow_.end()) - 0.5));
  for (const std::size_t peak : breaths.peaks) {
    const std::int64_t slot = slow_.begin() + static_cast<std::int64_t>(peak);
    const bool seen = last_peak_ >= 0 && static_cast<double>(slot - last_peak_) < kApart_s * slots_.rate_hz();
    if (slot < given_ || slot >= until || seen || breaths.quality < kHopeless) continue;
    out.beats.push_back({std::llround(slots_.sample_of(static_cast<double>(slot))), breaths.quality});
    last_peak_ = slot;
  }
  given_ = until;
  return {end, breaths.good ? std::optional(breaths.per_minute) : std::nullopt, breaths.quality};
}

}  // namespace vitald
