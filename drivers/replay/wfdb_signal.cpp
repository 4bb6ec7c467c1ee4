#include "drivers/replay/wfdb_signal.hpp"

namespace vitald {
namespace {

std::int32_t sign_extended_12(unsigned bits) { return static_cast<std::int32_t>((bits & 0xfffu) ^ 0x800u) - 0x800; }

// The first sample of a pair has the low half of the middle byte as its high bits, the second the high half.
std::int32_t sample_212(std::span<const std::uint8_t> bytes, std::size_t index) {
  const std::size_t pair = index / 2 * 3;
  const unsigned middle = bytes[pair + 1];
  if (index % 2 == 0) return sign_extended_12((middle & 0x0fu) << 8 | bytes[pair]);
  return sign_extended_12((middle & 0xf0u) << 4 | bytes[pair + 2]);
}

}  // namespace

std::int32_t invalid_sample(SampleFormat format) {
  return format == SampleFormat::format16 ? -32768 : format == SampleFormat::format80 ? -128 : -2048;
}

ByteRange bytes_of_samples(SampleFormat format, std::uint64_t first, std::uint64_t count) {
  if (format == SampleFormat::format16) return {first * 2, count * 2};
  if (format == SampleFormat::format80) return {first, count};
  const std::uint64_t begin = first / 2 * 3;
  const std::uint64_t after = first + count;
  return {begin, after / 2 * 3 + after % 2 * 2 - begin};
}

std::uint64_t samples_in(SampleFormat format, std::uint64_t bytes) {
  if (format == SampleFormat::format16) return bytes / 2;
  if (format == SampleFormat::format80) return bytes;
  return bytes / 3 * 2 + bytes % 3 / 2;
}

std::int32_t sample_at(SampleFormat format, std::span<const std::uint8_t> bytes, std::size_t index) {
  if (format == SampleFormat::format212) return sample_212(bytes, index);
  if (format == SampleFormat::format80) return bytes[index] - 128;
  return static_cast<std::int16_t>(bytes[index * 2] | bytes[index * 2 + 1] << 8);
}

}  // namespace vitald
