#pragma once

#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {

// Stores readings of every metric of the catalogue, and of every kind of value.
void store_every_metric(Site& site);

}  // namespace vitald::test
