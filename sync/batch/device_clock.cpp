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

void DeviceClockWriter::list_all() {
  regular_ = false;
  SampleClock clock(rate_, static_cast<std::uint32_t>(low_phase_));
  for (std::uint32_t i = 1; i < count_; ++i) {
    clock.advance();
    times_.add(static_cast<std::int64_t>(static_cast<std::uint64_t>(first_us_) + clock.us()));
  }
}

void DeviceClockWriter::append_to(std::string& out) const {
  if (count_ == 0) return;
  std::string times;
  times_.append_to(times);
  append_bytes(out, 12, times);
  if (!regular_) return;
  append_uint(out, 13, rate_);
  append_uint(out, 14, static_cast<std::uint64_t>(low_phase_));
}

}  // namespace vitald
