#include "agent/condenser.hpp"

#include <algorithm>
#include <cstdlib>

namespace vitald {
namespace {

constexpr const char* kSuffixes[] = {".min", ".mean", ".max"};
constexpr const char* kWords[] = {", minimum of a group", ", mean of a group", ", maximum of a group"};

// Rounded half away from 0.
std::int64_t mean(__int128 sum, std::uint32_t count) {
  const auto half = static_cast<__int128>(count / 2);
  return static_cast<std::int64_t>((sum + (sum < 0 ? -half : half)) / count);
}

}  // namespace

void Condenser::add(const Reading& sample) {
  Group& group = groups_[{sample.sensor, sample.metric}];
  if (group.samples > 0 && !continues(group, sample)) close(group);
  take(group, sample);
  if (group.samples == group_) close(group);
}

void Condenser::flush() {
  for (auto& [of, group] : groups_)
    if (group.samples > 0) close(group);
}

// At most half a period from its place, and of the same precision.
bool Condenser::continues(const Group& group, const Reading& sample) const {
  if (sample.rate != group.first.rate || sample.rate == 0) return false;
  if (sample.value.is_number() && group.numbers > 0 && sample.value.exponent() != group.exponent) return false;
  const std::int64_t period = 1'000'000'000 / sample.rate;
  const std::int64_t off = us(sample.time) - us(group.first.time) - period * group.samples;
  return std::abs(off) <= period / 2 + group.samples;  // a period is rounded down
}

void Condenser::take(Group& group, const Reading& sample) {
  if (group.samples == 0) group.first = sample;
  ++group.samples;
  group.quality |= sample.quality;
  if (!sample.value.is_number()) return;
  const std::int64_t mantissa = sample.value.mantissa();
  group.min = group.numbers == 0 ? mantissa : std::min(group.min, mantissa);
  group.max = group.numbers == 0 ? mantissa : std::max(group.max, mantissa);
  group.sum += mantissa;
  group.exponent = sample.value.exponent();
  ++group.numbers;
}

void Condenser::close(Group& group) {
  const Statistics& statistics = statistics_of(*group.first.metric);
  Reading reading = group.first;
  reading.quality = static_cast<Quality>(group.quality | quality::kDerived);
  reading.rate = reading.rate % group_ == 0 ? reading.rate / group_ : 0;
  reading.device_rate = 0;
  const std::int64_t values[] = {group.min, group.numbers == 0 ? 0 : mean(group.sum, group.numbers), group.max};
  for (std::size_t i = 0; i < std::size(values); ++i) {
    reading.metric = &statistics.metrics[i];
    if (group.numbers > 0) reading.value = Decimal(values[i], group.exponent);
    put_(reading);
  }
  group = Group();
}

const Condenser::Statistics& Condenser::statistics_of(const Metric& metric) {
  std::unique_ptr<Statistics>& known = statistics_[&metric];
  if (known) return *known;
  known = std::make_unique<Statistics>();
  for (std::size_t i = 0; i < known->metrics.size(); ++i) {
    known->keys[i] = std::string(metric.key) + kSuffixes[i];
    known->titles[i] = std::string(metric.title) + kWords[i];
    known->metrics[i] = metric;
    known->metrics[i].key = known->keys[i];
    known->metrics[i].title = known->titles[i];
    known->metrics[i].mdc = 0;
    known->metrics[i].refid = known->metrics[i].loinc = known->metrics[i].loinc_group = "";
    known->metrics[i].loinc_verified = false;
  }
  return *known;
}

}  // namespace vitald
