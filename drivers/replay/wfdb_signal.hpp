#pragma once

// Samples as WFDB signal files hold them (signal(5) of the WFDB manual). Pure: bytes in, ADC values out.

#include <cstddef>
#include <cstdint>
#include <span>

namespace vitald {

enum class SampleFormat {
  format16,   // two bytes, little-endian, two's complement
  format80,   // one byte, offset by 128
  format212,  // two samples of 12 bits, two's complement, in three bytes
};

// The ADC value that stands for "no valid sample": each format's lowest.
std::int32_t invalid_sample(SampleFormat format);

struct ByteRange {
  std::uint64_t first = 0, size = 0;
};

// Where samples first .. first + count - 1 are, counted from the first sample's byte. In format 212 the range begins
// with a whole pair, so with first - 1 where first is odd.
ByteRange bytes_of_samples(SampleFormat format, std::uint64_t first, std::uint64_t count);

// How many whole samples are in so many bytes.
std::uint64_t samples_in(SampleFormat format, std::uint64_t bytes);

// The sample at an index below samples_in(format, bytes.size()).
std::int32_t sample_at(SampleFormat format, std::span<const std::uint8_t> bytes, std::size_t index);

}  // namespace vitald
