#pragma once

// A batch as the store keeps it.

#include <cstdint>
#include <string>

#include "platform/model/instant.hpp"
#include "platform/model/metric.hpp"
#include "sync/outbox/position.hpp"

namespace vitald {

struct Row {
  Class class_ = Class::vital;
  Position position = 0;
  std::uint32_t readings = 0;
  std::uint64_t total = 0;  // readings of its epoch up to and with this batch, whatever their class
  BootTime first, last;     // of its readings
  std::string bytes;        // as sent
};

// Over everything above: a row that was damaged, or that another row's page replaced, does not match.
std::uint64_t row_hash(const Row& row);

}  // namespace vitald
