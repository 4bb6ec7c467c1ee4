#include "sync/batch/device_clock.hpp"

namespace vitald {

void DeviceClockWriter::open(RateMilliHz rate) {
  regular_ = rate != 0;
  rate_ = rate;
  count_ = 0;
  low_phase_ = ahead_ = 0;
  end_phase_ = rate;
  times_.clear();
}

bool DeviceClockWriter::follows(std::int64_t time_us) {
  if (count_ == 0) {
    first_us_ = time_us;
    return true;
  }
  const auto rate = static_cast<std::int64_t>(rate_);
  const std::uint64_t step = static_cast<std::uint64_t>(time_us) - static_cast<std::uint64_t>(last_us_);
  const std::uint64_t whole = SampleClock::kNanoHertz / rate_;
  if (step != whole && step != whole + 1) return false;
  const std::int64_t ahead =
      ahead_ + static_cast<std::int64_t>(SampleClock::kNanoHertz % rate_) - (step == whole ? 0 : rate);
  const std::int64_t low = std::max(low_phase_, -ahead), end = std::min(end_phase_, rate - ahead);
  if (low >= end) return false;
  ahead_ = ahead;
  low_phase_ = low;
  end_phase_ = end;
  return true;
}

unsigned DeviceClockWriter::list_all() {
  regular_ = false;
  unsigned bits = 0;
  SampleClock clock(rate_, static_cast<std::uint32_t>(low_phase_));
  for (std::uint32_t i = 1; i < count_; ++i) {
    clock.advance();
    bits += times_.add(static_cast<std::int64_t>(static_cast<std::uint64_t>(first_us_) + clock.us()));
  }
  return bits;
}

void DeviceClockWriter::append_to(std::string& out) const {
  times_.append_field(out, 12);
  if (!regular_ || count_ == 0) return;
  append_uint(out, 13, rate_);
  append_uint(out, 14, static_cast<std::uint64_t>(low_phase_));
}

}  // namespace vitald
