#pragma once

// Test vectors are written in hexadecimal.

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vitald::crypto {

inline std::string from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) throw std::invalid_argument("odd hex");
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  }
  return bytes;
}

template <std::size_t N>
std::array<std::uint8_t, N> array_from_hex(std::string_view hex) {
  const std::string bytes = from_hex(hex);
  if (bytes.size() != N) throw std::invalid_argument("hex of another length");
  std::array<std::uint8_t, N> array;
  std::transform(bytes.begin(), bytes.end(), array.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return array;
}

template <class Bytes>
std::string to_hex(const Bytes& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const auto byte : bytes) {
    hex += kDigits[static_cast<std::uint8_t>(byte) >> 4];
    hex += kDigits[static_cast<std::uint8_t>(byte) & 15];
  }
  return hex;
}

}  // namespace vitald::crypto
