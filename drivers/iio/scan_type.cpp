#include "drivers/iio/scan_type.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace vitald::iio {
namespace {

std::size_t aligned(std::size_t offset, std::size_t size) { return (offset + size - 1) / size * size; }

// Takes a number off the front; false when there is none.
bool take_number(std::string_view& text, unsigned& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return true;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_type(std::string_view& text, ScanType& type) {
  type.big_endian = text.starts_with("be:");
  if (!take(text, "be:") && !take(text, "le:")) return false;
  type.is_signed = text.starts_with("s");
  if (!take(text, "s") && !take(text, "u")) return false;
  if (!take_number(text, type.bits) || !take(text, "/") || !take_number(text, type.storage_bits)) return false;
  if (take(text, "X") && !take_number(text, type.repeat)) return false;
  return take(text, ">>") && take_number(text, type.shift) && text.empty();
}

bool is_possible(const ScanType& type) {
  const bool storable =
      type.storage_bits == 8 || type.storage_bits == 16 || type.storage_bits == 32 || type.storage_bits == 64;
  const bool fits = type.bits > 0 && type.bits <= 64 && type.shift < 64 && type.bits + type.shift <= type.storage_bits;
  return storable && fits && type.repeat > 0 && type.repeat <= 16;
}

}  // namespace

Result<ScanType> parse_scan_type(std::string_view text) {
  ScanType type;
  std::string_view rest = text;
  if (take_type(rest, type) && is_possible(type)) return type;
  return Error(Code::invalid, "'" + std::string(text.substr(0, 40)) + "' is no scan type such as le:s12/16>>4");
}

std::int64_t sample(std::span<const std::uint8_t> bytes, const ScanType& type) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < type.bytes(); ++i) word = word << 8 | bytes[type.big_endian ? i : type.bytes() - 1 - i];
  word >>= type.shift;
  const unsigned unused = 64 - type.bits;
  word <<= unused;  // what lies beyond is not zero for every driver
  const auto value = static_cast<std::int64_t>(word);
  return type.is_signed ? value >> unused : static_cast<std::int64_t>(word >> unused);
}

FrameLayout::FrameLayout(std::vector<ScanType> elements) : elements_(std::move(elements)) {
  std::size_t largest = 1;
  for (const ScanType& element : elements_) {
    offsets_.push_back(aligned(size_, element.size()));
    size_ = offsets_.back() + element.size();
    largest = std::max(largest, element.size());
  }
  size_ = aligned(size_, largest);
}

void FrameLayout::decode(std::span<const std::uint8_t> frame, std::vector<std::int64_t>& values) const {
  values.clear();
  for (std::size_t i = 0; i < elements_.size(); ++i)
    values.push_back(sample(frame.subspan(offsets_[i], elements_[i].size()), elements_[i]));
}

}  // namespace vitald::iio
