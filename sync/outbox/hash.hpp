#pragma once

// A 64-bit hash that tells whether stored bytes are what was written. It guards against bit rot and torn pages, not
// against people: that is what sealing is for.

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace vitald {

std::uint64_t hash(std::initializer_list<std::uint64_t> words, std::string_view bytes = {});

}  // namespace vitald
