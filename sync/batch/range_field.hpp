#pragma once

// Ranges as telemetry.proto has them: a packed field of (first, last) pairs.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "platform/model/result.hpp"
#include "sync/batch/range.hpp"

namespace vitald {

void append_ranges(std::string& out, std::uint32_t field, std::span<const Range> ranges);
// Appends the pairs to `ranges`; an odd count or a first above its last is an Error.
Result<void> take_ranges(std::span<const std::uint64_t> numbers, std::vector<Range>& ranges);

}  // namespace vitald
