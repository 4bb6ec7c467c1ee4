#pragma once

// Small pieces of text: what the header and table readers share.

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace vitald {

inline std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Takes the text up to the separator (and the separator) off the front; all of it when there is none.
inline std::string_view take_until(std::string_view& text, std::string_view separators) {
  const auto end = text.find_first_of(separators);
  const auto taken = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return taken;
}

// The whole text as a finite number; nothing when it is anything else.
template <class T>
std::optional<T> number_in(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  T value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return {};
  if constexpr (std::is_floating_point_v<T>)
    if (!std::isfinite(value)) return {};
  return value;
}

inline std::string quoted(std::string_view text) { return "'" + std::string(text.substr(0, 40)) + "'"; }

}  // namespace vitald
