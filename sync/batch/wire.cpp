#include "sync/batch/wire.hpp"

#include <limits>

namespace vitald {
namespace {

void append_tag(std::string& out, std::uint32_t field, std::uint32_t type) { append_varint(out, field << 3 | type); }

// Bytes that follow a first byte of UTF-8; -1 when none may begin with it.
int continuation_bytes(unsigned char first) {
  if (first < 0x80) return 0;
  if (first >= 0xc2 && first < 0xe0) return 1;
  if (first >= 0xe0 && first < 0xf0) return 2;
  return first >= 0xf0 && first < 0xf5 ? 3 : -1;
}

// Overlong forms, surrogates and what is beyond U+10FFFF show in the second byte.
bool second_byte_fits(unsigned char first, unsigned char second) {
  if (first == 0xe0) return second >= 0xa0;
  if (first == 0xed) return second < 0xa0;
  if (first == 0xf0) return second >= 0x90;
  return first != 0xf4 || second < 0x90;
}

}  // namespace

void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void append_uint(std::string& out, std::uint32_t field, std::uint64_t value) {
  if (value == 0) return;
  append_tag(out, field, 0);
  append_varint(out, value);
}

void append_sint(std::string& out, std::uint32_t field, std::int64_t value) { append_uint(out, field, zigzag(value)); }

void append_fixed64(std::string& out, std::uint32_t field, std::uint64_t value) {
  if (value == 0) return;
  append_tag(out, field, 1);
  for (int shift = 0; shift < 64; shift += 8) out.push_back(static_cast<char>(value >> shift));
}

void append_head(std::string& out, std::uint32_t field, std::size_t size) {
  append_tag(out, field, 2);
  append_varint(out, size);
}

void append_element(std::string& out, std::uint32_t field, std::string_view bytes) {
  append_head(out, field, bytes.size());
  out.append(bytes);
}

void append_bytes(std::string& out, std::uint32_t field, std::string_view bytes) {
  if (!bytes.empty()) append_element(out, field, bytes);
}

void append_packed(std::string& out, std::uint32_t field, std::span<const std::uint64_t> values) {
  std::string packed;
  for (const std::uint64_t value : values) append_varint(packed, value);
  append_bytes(out, field, packed);
}

bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const int more = continuation_bytes(byte(i));
    const std::size_t end = i + 1 + static_cast<std::size_t>(more);
    if (more < 0 || end > text.size()) return false;
    if (more > 0 && !second_byte_fits(byte(i), byte(i + 1))) return false;
    while (++i < end)
      if ((byte(i) & 0xc0) != 0x80) return false;
  }
  return true;
}

bool WireReader::next() {
  if (error_ || rest_.empty()) return false;
  const std::uint64_t tag = take_varint();
  if (!error_ && (tag >> 3 == 0 || tag > std::numeric_limits<std::uint32_t>::max())) refuse("has no field number");
  if (error_) return false;
  field_ = static_cast<std::uint32_t>(tag >> 3);
  type_ = static_cast<Type>(tag & 7);
  take_value();
  return !error_;
}

void WireReader::take_value() {
  switch (type_) {
    case Type::varint:
      number_ = take_varint();
      return;
    case Type::fixed64:
      number_ = take_fixed(8);
      return;
    case Type::fixed32:
      number_ = take_fixed(4);
      return;
    case Type::bytes:
      bytes_ = take(take_varint());
      return;
  }
  refuse("has an unknown wire type");
}

std::uint64_t WireReader::uint64() { return expect(Type::varint) ? number_ : 0; }

std::uint32_t WireReader::uint32() {
  const std::uint64_t value = uint64();
  if (value > std::numeric_limits<std::uint32_t>::max()) refuse("does not fit 32 bits");
  return static_cast<std::uint32_t>(value);
}

std::int64_t WireReader::sint64() { return unzigzag(uint64()); }

std::int32_t WireReader::sint32() { return static_cast<std::int32_t>(unzigzag(uint32())); }

std::uint64_t WireReader::fixed64() { return expect(Type::fixed64) ? number_ : 0; }

std::string_view WireReader::bytes() { return expect(Type::bytes) ? bytes_ : std::string_view(); }

std::string_view WireReader::text(std::size_t max_bytes) {
  const std::string_view text = bytes();
  if (text.size() > max_bytes) refuse("is longer than " + std::to_string(max_bytes) + " bytes");
  if (!is_utf8(text)) refuse("is not UTF-8");
  return text;
}

void WireReader::append_to(std::vector<std::uint64_t>& out, std::size_t max) {
  if (type_ != Type::bytes) {
    out.push_back(uint64());
  } else {
    WireReader packed(bytes_);
    while (!packed.rest_.empty() && !packed.error_ && out.size() <= max) out.push_back(packed.take_varint());
    if (packed.error_) refuse("is cut short or overlong");
  }
  if (out.size() > max) refuse("has more than " + std::to_string(max) + " elements");
}

void WireReader::refuse(std::string_view why) {
  if (!error_) error_ = Error(Code::invalid, "field " + std::to_string(field_) + " " + std::string(why));
}

bool WireReader::expect(Type type) {
  if (type_ != type) refuse("has the wrong wire type");
  return type_ == type;
}

std::uint64_t WireReader::take_varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    if (shift == 63 && byte > 1) break;  // a 65th bit or an 11th byte
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  refuse("is cut short or overlong");
  return 0;
}

std::uint64_t WireReader::take_fixed(std::size_t size) {
  std::uint64_t value = 0;
  const std::string_view taken = take(size);
  for (std::size_t i = taken.size(); i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(taken[i]);
  return value;
}

std::string_view WireReader::take(std::uint64_t size) {
  if (size > rest_.size()) {
    refuse("is cut short");
    return {};
  }
  const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
  rest_.remove_prefix(taken.size());
  return taken;
}

}  // namespace vitald
