#pragma once

// Where a batch stands in the store. Positions grow in the order of numbering and are never used twice; an epoch owns a
// stretch of them: the batch with number n stands at base + n. The base itself stays empty, so that ranges of two
// epochs never touch.

#include <cstdint>

namespace vitald {

using Position = std::uint64_t;  // < 2^63: it is the row's id in SQLite

// The first base of a store that follows another one lies above whatever that one could have used.
constexpr int kGenerationBits = 34;
constexpr std::uint64_t kFirstGeneration = 1;
constexpr Position first_base(std::uint64_t generation) { return generation << kGenerationBits; }
constexpr std::uint64_t generation_of(Position position) { return position >> kGenerationBits; }

}  // namespace vitald
