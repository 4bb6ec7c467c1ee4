#pragma once

// How IIO packs a sample into a buffer: "be:u18/32>>8" of scan_elements/*_type, and the layout of a frame. Pure.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "platform/model/result.hpp"

namespace vitald::iio {

struct ScanType {
  bool big_endian = false, is_signed = false;
  unsigned bits = 8, storage_bits = 8, repeat = 1, shift = 0;

  std::size_t bytes() const { return storage_bits / 8; }
  std::size_t size() const { return bytes() * repeat; }
};

// "[be|le]:[s|u]bits/storagebits[Xrepeat]>>shift".
Result<ScanType> parse_scan_type(std::string_view text);

// The (first) value of such an element: as many bytes as its size().
std::int64_t sample(std::span<const std::uint8_t> bytes, const ScanType& type);

// Elements in the order of their index, each at a multiple of its own size, the frame a multiple of the largest.
class FrameLayout {
 public:
  explicit FrameLayout(std::vector<ScanType> elements);

  std::size_t size() const { return size_; }
  // One value an element; frame: size() bytes.
  void decode(std::span<const std::uint8_t> frame, std::vector<std::int64_t>& values) const;

 private:
  std::vector<ScanType> elements_;
  std::vector<std::size_t> offsets_;
  std::size_t size_ = 0;
};

}  // namespace vitald::iio
