#pragma once

// One page of Observations: a walk through series, boots and readings in the order of PageEnd.

#include <cstdint>
#include <limits>
#include <optional>

#include "sync/receiver/fhir_search.hpp"
#include "sync/receiver/subjects.hpp"

namespace vitald {

// Where the readings of one batch are; boot_us from low to high.
struct BatchPlace {
  static constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min() / 2;
  static constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
  std::int64_t device = 0, boot = 0, low = kLowest, high = kHighest;
};

// only: look nowhere else.
Result<ObservationPage> find_page(sql::Database& database, const Openers& openers, const Subjects& subjects,
                                  const ObservationQuery& query, std::optional<BatchPlace> only);

}  // namespace vitald
