#pragma once

// Reads one column of a body back (body.cpp's part).

#include <span>
#include <string_view>

#include "sync/batch/body.hpp"

namespace vitald {

// `bytes`: a Column. More than `most_readings` is an Error, found before anything is allocated for them.
Result<DecodedColumn> decode_column(std::string_view bytes, std::span<const std::string_view> sensors,
                                    std::uint64_t base_us, std::size_t most_readings);

}  // namespace vitald
