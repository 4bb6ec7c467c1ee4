#pragma once

// Protobuf's wire format by hand: what telemetry.proto needs of it and no more. Writing leaves default values out, as
// proto3 does. Reading never leaves its input: a WireReader over a field's bytes ends where they end.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/model/result.hpp"

namespace vitald {

// What a message holds is wrong.
inline Error invalid(std::string sentence) { return {Code::invalid, std::move(sentence)}; }

constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t number) {
  return static_cast<std::int64_t>((number >> 1) ^ (0 - (number & 1)));
}

void append_varint(std::string& out, std::uint64_t value);

// One field each; nothing when the value is 0 or empty.
void append_uint(std::string& out, std::uint32_t field, std::uint64_t value);
void append_sint(std::string& out, std::uint32_t field, std::int64_t value);
void append_fixed64(std::string& out, std::uint32_t field, std::uint64_t value);
void append_bytes(std::string& out, std::uint32_t field, std::string_view bytes);
void append_packed(std::string& out, std::uint32_t field, std::span<const std::uint64_t> values);
// A message, or an element of a repeated field: written even when empty.
void append_element(std::string& out, std::uint32_t field, std::string_view bytes);
// Its tag and length alone, for `size` bytes that the caller appends.
void append_head(std::string& out, std::uint32_t field, std::size_t size);

bool is_utf8(std::string_view text);

template <std::size_t n>
std::string_view to_bytes(const std::array<std::uint8_t, n>& array) {
  return {reinterpret_cast<const char*>(array.data()), n};
}

// Reads a message field by field:
//   WireReader reader(bytes);
//   while (reader.next()) switch (reader.field()) { case 1: x = reader.uint32(); break; ... }
//   if (reader.error()) ...
// The first fault ends the loop and stays. Fields that nobody asks for are skipped; what is asked for must have the
// right wire type. The returned views are into `bytes`.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  bool next();
  std::uint32_t field() const { return field_; }

  std::uint64_t uint64();
  std::uint32_t uint32();
  std::int64_t sint64();
  std::int32_t sint32();
  std::uint64_t fixed64();
  std::string_view bytes();
  std::string_view text(std::size_t max_bytes);  // UTF-8
  // Appends one element, or all of a packed field; more than `max` in `out` is a fault.
  void append_to(std::vector<std::uint64_t>& out, std::size_t max);

  // Exactly as many bytes as the array has.
  template <std::size_t n>
  void copy_to(std::array<std::uint8_t, n>& out) {
    if (bytes().size() == n)
      std::copy(bytes_.begin(), bytes_.end(), out.begin());
    else
      refuse("is not " + std::to_string(n) + " bytes long");
  }

  // A fault of the value just read, found by the caller.
  void refuse(std::string_view why);
  const std::optional<Error>& error() const { return error_; }

 private:
  enum class Type : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

  bool expect(Type type);
  std::uint64_t take_varint();
  std::uint64_t take_fixed(std::size_t size);
  std::string_view take(std::uint64_t size);
  void take_value();

  std::string_view rest_;
  std::uint32_t field_ = 0;
  Type type_ = Type::varint;
  std::uint64_t number_ = 0;
  std::string_view bytes_;
  std::optional<Error> error_;
};

}  // namespace vitald
