#pragma once

// zstd for waveform bodies.

#include <string>
#include <string_view>

#include "platform/model/result.hpp"

namespace vitald {

std::string pack(std::string_view body);
// At most `limit` bytes come out; more, or bytes that are not zstd, is an Error.
Result<std::string> unpack(std::string_view packed, std::size_t limit);

constexpr std::size_t kMaxBodyBytes = 4 << 20;

}  // namespace vitald
