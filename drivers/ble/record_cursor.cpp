#include "drivers/ble/record_cursor.hpp"

#include <algorithm>

namespace vitald::ble {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kKeyOctets = 6;
constexpr RecordKey kKeyMask = (RecordKey{1} << 8 * kKeyOctets) - 1;

// FNV-1a, its bits spread by the finaliser of splitmix64.
class Hash {
 public:
  void add(std::uint64_t value, std::size_t octets) {
    for (std::size_t i = 0; i < octets; ++i) add(static_cast<std::uint8_t>(value >> 8 * i));
  }
  void add(std::uint8_t octet) { state_ = (state_ ^ octet) * 0x100000001B3u; }
  RecordKey key() const {
    std::uint64_t mixed = (state_ ^ state_ >> 30) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
    return (mixed ^ mixed >> 31) & kKeyMask;
  }

 private:
  std::uint64_t state_ = 0xCBF29CE484222325u;
};

void put(std::string& out, std::uint64_t value, std::size_t octets) {
  for (std::size_t i = 0; i < octets; ++i) out += static_cast<char>(value >> 8 * i);
}

// Reads past the end give zeros; good() says so.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t get(std::size_t octets) {
    if (rest_.size() < octets) {
      good_ = false;
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < octets; ++i) value |= std::uint64_t{static_cast<std::uint8_t>(rest_[i])} << 8 * i;
    rest_.remove_prefix(octets);
    return value;
  }
  std::optional<std::uint32_t> optional() {
    const bool there = get(1) != 0;
    const auto value = static_cast<std::uint32_t>(get(4));
    return there ? std::optional(value) : std::nullopt;
  }
  std::size_t left() const { return rest_.size(); }
  bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

void put(std::string& out, const std::optional<std::uint32_t>& value) {
  put(out, value ? 1 : 0, 1);
  put(out, value.value_or(0), 4);
}

}  // namespace

RecordKey record_key(std::uint16_t uuid, DeviceTime time, const Packet& packet) {
  Hash hash;
  hash.add(uuid, 2);
  hash.add(static_cast<std::uint64_t>(time.us), 8);
  hash.add(packet.record_number ? 1 : 0, 1);
  hash.add(packet.record_number.value_or(0), 4);
  hash.add(packet.user ? *packet.user + 1u : 0u, 2);
  return hash.key();
}

RecordKey record_key(std::uint16_t uuid, Bytes octets) {
  Hash hash;
  hash.add(uuid, 2);
  for (const std::uint8_t octet : octets) hash.add(octet);
  return hash.key();
}

RecordCursor RecordCursor::from(std::string_view bytes) {
  Reader in(bytes);
  RecordCursor cursor;
  if (in.get(1) != static_cast<std::uint64_t>(kVersion)) return {};
  cursor.last = in.optional();
  cursor.last_key = in.get(kKeyOctets);
  cursor.count = static_cast<std::uint32_t>(in.get(4));
  cursor.session_us = static_cast<std::int64_t>(in.get(8));
  cursor.counter = in.optional();
  if (!in.good()) return {};
  while (in.left() >= kKeyOctets) cursor.had_.push_back(in.get(kKeyOctets));
  return cursor;
}

std::string RecordCursor::bytes() const {
  std::string out(1, kVersion);
  put(out, last);
  put(out, last_key, kKeyOctets);
  put(out, count, 4);
  put(out, static_cast<std::uint64_t>(session_us), 8);
  put(out, counter);
  for (const RecordKey key : had_) put(out, key, kKeyOctets);
  return out;
}

bool RecordCursor::had(RecordKey key) const { return std::ranges::find(had_, key) != had_.end(); }

void RecordCursor::remember(RecordKey key) {
  had_.push_back(key);
  if (had_.size() > kRemembered) had_.pop_front();
}

}  // namespace vitald::ble
