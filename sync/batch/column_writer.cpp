#include "sync/batch/column_writer.hpp"

#include <algorithm>
#include <numeric>

namespace vitald {
namespace {

constexpr std::size_t kFixedBytes = 26;  // tags, lengths and small fields of a usual column
constexpr std::uint32_t kDefaultResolution = 1000;
constexpr std::uint64_t kMaxFactor = 1'000'000'000;

std::uint64_t magnitude(std::int64_t number) {
  return number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
}

std::int64_t minus(std::int64_t a, std::int64_t b) {  // modulo 2^64
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

// What all differences between the list's numbers are multiples of; 1 for most lists, and soon found to be.
std::uint64_t common_factor(std::string_view list, std::uint32_t count) {
  NumbersReader numbers(list, 1);
  std::uint64_t factor = 0;
  std::int64_t last = numbers.next();
  for (std::uint32_t i = 1; i < count && factor != 1; ++i) {
    const std::int64_t number = numbers.next();
    factor = std::gcd(factor, magnitude(minus(number, last)));
    last = number;
  }
  return std::max<std::uint64_t>(factor, 1);
}

// The list with its differences divided by their common factor.
NumbersWriter divided(std::string_view list, std::uint32_t count, std::int64_t factor) {
  NumbersReader numbers(list, 1);
  NumbersWriter out(1);
  const std::int64_t first = numbers.next();
  std::int64_t last = first, quotient = first;
  out.add(first);
  for (std::uint32_t i = 1; i < count; ++i) {
    const std::int64_t number = numbers.next();
    quotient = minus(quotient, -(minus(number, last) / factor));
    last = number;
    out.add(quotient);
  }
  return out;
}

}  // namespace

void QualityRuns::append_to(std::string& out) const {
  if (bytes_.empty() && word_ == 0) return;
  out.append(bytes_);
  append_varint(out, word_);
  append_varint(out, length_);
}

void QualityRuns::clear() {
  bytes_.clear();
  word_ = length_ = 0;
}

void QualityRuns::end_run() {
  if (length_ > 0) {
    append_varint(bytes_, word_);
    append_varint(bytes_, length_);
  }
  length_ = 0;
}

std::size_t ColumnWriter::open(const Reading& reading, std::uint32_t sensor, std::int64_t base_us,
                               std::uint32_t resolution_us) {
  sensor_ = reading.sensor;
  metric_ = reading.metric;
  rate_ = reading.rate;
  device_rate_ = reading.device_rate;
  has_device_time_ = reading.device_time.has_value();
  has_record_number_ = reading.record_number.has_value();
  exponent_.reset();
  sensor_index_ = sensor;
  base_us_ = base_us;
  first_us_ = us(reading.time);
  resolution_us_ = rate_ == 0 ? resolution_us : 1;
  count_ = 0;
  mantissa_ = 0;
  next_ = rate_ == 0 ? SampleClock() : SampleClock(rate_);
  for (NumbersWriter* list : {&time_, &value_, &record_number_}) list->clear();
  quality_.clear();
  device_clock_.open(rate_ == 0 ? 0 : device_rate_);
  return kFixedBytes + metric_->key.size() + metric_->unit.size() + (has_device_time_ ? 12 : 0);
}

unsigned ColumnWriter::add(const Reading& reading) {
  unsigned bits = add_value(reading);
  if (rate_ == 0 || count_ == 0) bits += add_time(us(reading.time));
  if (rate_ != 0) next_.advance();
  if (has_device_time_) bits += device_clock_.add(*reading.device_time);
  if (has_record_number_) bits += record_number_.add(*reading.record_number);
  ++count_;
  return bits;
}

unsigned ColumnWriter::add_time(std::int64_t time_us) {
  const std::int64_t since = minus(time_us, base_us_), resolution = resolution_us_;
  return time_.add(since / resolution - (since % resolution < 0 ? 1 : 0));
}

unsigned ColumnWriter::add_value(const Reading& reading) {
  const Decimal& value = reading.value;
  if (value.is_number()) {
    mantissa_ = value.mantissa();
    exponent_ = value.exponent();
  }
  const auto flags = static_cast<std::uint32_t>(reading.quality);
  return value_.add(mantissa_) + quality_.add(flags << 3 | static_cast<std::uint32_t>(value.special()));
}

void ColumnWriter::append_to(std::string& out) const {
  append_uint(out, 1, sensor_index_);
  append_bytes(out, 2, metric_->key);
  append_uint(out, 3, metric_->mdc);
  append_bytes(out, 4, metric_->unit);
  append_sint(out, 5, exponent_.value_or(0));
  append_uint(out, 6, resolution_us_ == kDefaultResolution ? 0 : resolution_us_);
  append_uint(out, 7, count_);
  time_.append_field(out, 8);
  append_uint(out, 9, rate_);
  append_values(out);
  std::string quality;
  quality_.append_to(quality);
  append_bytes(out, 11, quality);
  device_clock_.append_to(out);
  record_number_.append_field(out, 15);
}

void ColumnWriter::append_values(std::string& out) const {
  const std::size_t begin = out.size();
  value_.append_field(out, 10);
  const std::string_view list = std::string_view(out).substr(out.size() - value_.size());
  const std::uint64_t factor = common_factor(list, count_);
  if (factor == 1 || factor > kMaxFactor) return;
  std::string smaller;
  divided(list, count_, static_cast<std::int64_t>(factor)).append_field(smaller, 10);
  append_uint(smaller, 16, factor);
  if (smaller.size() >= out.size() - begin) return;
  out.resize(begin);
  out += smaller;
}

}  // namespace vitald
