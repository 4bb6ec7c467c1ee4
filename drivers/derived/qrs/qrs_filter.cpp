#include "drivers/derived/qrs/qrs_filter.hpp"

#include <algorithm>
#include <cmath>

namespace vitald {
namespace {

// Means over one period of the mains, 50 and 60 Hz: together a low pass of 18 Hz (-3 dB) that is deaf to the mains.
constexpr double kLowA_s = 1.0 / 50, kLowB_s = 1.0 / 60;
constexpr double kSlow_s = 0.125;  // what is subtracted: Hamilton's high pass
constexpr double kSlope_s = 0.01;
constexpr double kHump_s = 0.08;
constexpr double kLookBack_s = 2;

std::int64_t whole(double samples) { return std::llround(samples); }

}  // namespace

QrsFilter::QrsFilter(double rate_hz)
    : rate_hz_(rate_hz),
      low_a_(kLowA_s * rate_hz),
      low_b_(kLowB_s * rate_hz),
      slow_(kSlow_s * rate_hz),
      waits_(slow_.delay() + 1),
      slope_(kSlope_s * rate_hz),
      raw_slope_(kSlope_s * rate_hz),
      hump_(kHump_s * rate_hz),
      delay_(low_a_.delay() + low_b_.delay() + slow_.delay() + slope_.delay() + hump_.delay()),
      band_delay_(whole(low_a_.delay() + low_b_.delay() + slow_.delay())),
      slope_delay_(whole(low_a_.delay() + low_b_.delay() + raw_slope_.delay())),
      band_(kLookBack_s * rate_hz),
      slopes_(kLookBack_s * rate_hz) {}

double QrsFilter::add(double sample) {
  const double low = low_b_.add(low_a_.add(sample));
  slopes_.add(raw_slope_.add(low));
  waits_.add(low);
  const auto late = waits_.end() - 1 - static_cast<std::int64_t>(slow_.delay());
  band_.add(waits_[std::max(late, waits_.begin())] - slow_.add(low));
  return hump_.add(std::abs(slope_.add(band_[band_.end() - 1])));
}

std::int64_t QrsFilter::band_begin() const { return std::max<std::int64_t>(0, band_.begin() - band_delay_); }

QrsFilter::Slopes QrsFilter::slopes_near(std::int64_t sample, double seconds) const {
  const std::int64_t reach = whole(seconds * rate_hz_);
  Slopes found;
  std::int64_t rise_at = sample, fall_at = sample;
  const auto end = std::min(sample + reach + slope_delay_ + 1, slopes_.end());
  for (auto i = std::max(sample - reach + slope_delay_, slopes_.begin()); i < end; ++i) {
    if (slopes_[i] > found.rise) found.rise = slopes_[i], rise_at = i;
    if (-slopes_[i] > found.fall) found.fall = -slopes_[i], fall_at = i;
  }
  found.between = std::abs(rise_at - fall_at);
  return found;
}

}  // namespace vitald
