#include "drivers/gatt/utf8.hpp"

namespace vitald {
namespace {

// How long the well-formed character at the front is (RFC 3629); 0 when there is none.
std::size_t character(Bytes text) {
  const std::uint8_t first = text[0];
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xC2 ? 0
                           : first < 0xE0 ? 2
                           : first < 0xF0 ? 3
                           : first < 0xF5 ? 4
                                          : 0;
  if (size < 2) return size;
  if (text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((text[i] & 0xC0) != 0x80) return 0;
  // Longer than needed, a half of a surrogate pair, or beyond U+10FFFF.
  const bool wrong = (first == 0xE0 && text[1] < 0xA0) || (first == 0xED && text[1] > 0x9F) ||
                     (first == 0xF0 && text[1] < 0x90) || (first == 0xF4 && text[1] > 0x8F);
  return wrong ? 0 : size;
}

}  // namespace

std::string as_utf8(Bytes octets) {
  while (!octets.empty() && octets.back() == 0) octets = octets.first(octets.size() - 1);
  std::string text;
  while (!octets.empty()) {
    const std::size_t size = character(octets);
    if (size == 0) text += kReplacement;
    for (std::size_t i = 0; i < size; ++i) text += static_cast<char>(octets[i]);
    octets = octets.subspan(size == 0 ? 1 : size);
  }
  return text;
}

}  // namespace vitald
