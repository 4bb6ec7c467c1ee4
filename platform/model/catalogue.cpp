#include <algorithm>

#include "platform/model/metric.hpp"

namespace vitald {
namespace {

using enum Class;

constexpr Metric kMetrics[] = {
#define METRIC(...) Metric{__VA_ARGS__},
#include "platform/model/catalogue.def"
#undef METRIC
};

static_assert(std::ranges::is_sorted(kMetrics, {}, &Metric::key), "catalogue.def is ordered by key");

}  // namespace

std::span<const Metric> catalogue() { return kMetrics; }

const Metric* find_metric(std::string_view key) {
  const auto* const found = std::ranges::lower_bound(kMetrics, key, {}, &Metric::key);
  return found != std::end(kMetrics) && found->key == key ? found : nullptr;
}

}  // namespace vitald
