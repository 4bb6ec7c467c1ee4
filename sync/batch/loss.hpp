#pragma once

// Loss records and ranges of batch numbers as protobuf bytes.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/model/result.hpp"
#include "sync/batch/body.hpp"
#include "sync/batch/range.hpp"

namespace vitald {

std::string encode(const Loss& loss);  // the Loss's bytes
Result<Loss> decode_loss(std::string_view bytes);

// A field of (first, last) pairs.
void append_ranges(std::string& out, std::uint32_t field, std::span<const Range> ranges);
// (first, last) pairs, not descending inside a pair; an odd count or first > last is an Error.
Result<std::vector<Range>> to_ranges(std::span<const std::uint64_t> numbers);

}  // namespace vitald
