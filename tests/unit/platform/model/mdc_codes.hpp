#pragma once

// Partition and term of every IEEE 11073-10101 reference id in the catalogue, kept apart from it: the catalogue's codes
// are recomputed from here.

#include <cstdint>
#include <span>
#include <string_view>

namespace vitald {

struct MdcCode {
  std::string_view refid;
  std::uint32_t partition;  // 1 object, 2 supervisory control and data acquisition, 128 disease management,
                            // 129 health and fitness, 130 ageing independently
  std::uint32_t term;
};

std::span<const MdcCode> mdc_codes();

}  // namespace vitald
