#include "drivers/simulated/ward.hpp"

#include <algorithm>

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr Microseconds kLongestPause = 2s;

// By kPartNames: how long a sensor may say nothing, in simulated time; 0 = for ever.
constexpr std::chrono::milliseconds kSilentAfter[] = {3s, 5s, 20s, 60s, 20s, 0s, 0s, 0s, 0s};
static_assert(std::size(kSilentAfter) == kPartNames.size());

// However fast the simulation runs, blocks come only a few times a second.
std::chrono::milliseconds silent_after(std::size_t part, std::uint32_t speed) {
  const auto span = kSilentAfter[part];
  return span == 0s ? span : std::max<std::chrono::milliseconds>(span / speed, 2s);
}

}  // namespace

Ward::Ward(std::vector<Bedside> bedsides, std::uint32_t speed) : bedsides_(std::move(bedsides)), speed_(speed) {
  for (Bedside& bedside : bedsides_)
    for (std::size_t part = 0; part < bedside.sensors().size(); ++part) {
      bedside.sensors()[part].silent_after = silent_after(part, speed);
      sensors_.push_back(&bedside.sensors()[part]);
    }
}

std::vector<Meter*> Ward::meters() {
  std::vector<Meter*> meters;
  for (Bedside& bedside : bedsides_)
    for (Meter* meter : bedside.meters()) meters.push_back(meter);
  return meters;
}

void Ward::advance(BootTime now, Measured& out) {
  if (!clock_) {
    clock_.emplace(now, speed_);
    last_ = now;
  }
  const bool missed = now - last_ > kLongestPause;
  last_ = now;
  for (Bedside& bedside : bedsides_) {
    if (missed) bedside.skip(clock_->elapsed(now));
    bedside.advance(clock_->elapsed(now), *clock_, out);
  }
}

}  // namespace vitald
