#pragma once

// Bytes that are wiped when they go.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vitald::crypto {

// Overwrites with zeros, never optimised away.
void wipe(std::span<std::uint8_t> bytes);

template <std::size_t N>
struct Secret : std::array<std::uint8_t, N> {
  ~Secret() { wipe(*this); }
};

}  // namespace vitald::crypto
