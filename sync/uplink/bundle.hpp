#pragma once

// From batches to what a publish carries. A message of several batches is their concatenation; a JSON document goes
// alone.
//
// Pure.

#include <deque>
#include <string>
#include <vector>

#include "sync/outbox/outbox.hpp"
#include "sync/uplink/outstanding.hpp"

namespace vitald {

struct Payload {
  struct Part {
    BatchId batch;
    std::uint32_t readings = 0;
    Class class_ = Class::vital;
    std::size_t bytes = 0;
  };
  std::string bytes;
  std::vector<Part> parts;
};

// In their order, each at most max_bytes unless a single batch is larger.
std::deque<Payload> bundle(std::vector<StoredBatch> batches, std::size_t max_bytes);

}  // namespace vitald
