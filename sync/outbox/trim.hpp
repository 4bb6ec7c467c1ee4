#pragma once

// What was set aside must leave the store that takes over its part of the quota, at once: when a full store is damaged,
// some of it goes before salvage has seen it, and is named in a loss record like everything that salvage misses.

#include <cstdint>
#include <string>

namespace vitald {

// Gives blocks of the damaged databases back until everything that was set aside takes at most so many bytes. First
// blocks that hold nothing but the insides of large batches, so waveforms before alarms; the front of the file, which
// is mostly the older, first. What belongs to others (foreign) stays as it is.
void trim_set_aside(const std::string& file, std::uint64_t most_bytes);

}  // namespace vitald
