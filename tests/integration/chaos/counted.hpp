#pragma once

// Readings that tell which ones they are: a device's values are 0, 1, 2 ..., so that what arrived can be compared.

#include <cstdint>
#include <string>

#include "sync/outbox/outbox.hpp"
#include "sync/uplink/uploader.hpp"

namespace vitald {

constexpr std::uint32_t kCountedBatch = 50;  // readings

// The values first, first + 1, ... of a batch, below `end`. Every tenth one is an alarm.
ClosedBatch counted_batch(const std::string& sensor_id, std::uint32_t first, std::uint32_t end);

// A sealed outbox in that file.
OutboxSettings counted_outbox(const std::string& file, const std::string& device, const UplinkKeys& keys);

}  // namespace vitald
