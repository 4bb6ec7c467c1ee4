#pragma once

// Reads a packet octet by octet and writes down what it read: each read names its field, so a decoder lists its layout
// once, in order. Reading past the end gives zeros and is remembered; end() then returns the error, which names the
// first field that was missing. Multi-octet numbers are little-endian.

#include <initializer_list>
#include <optional>
#include <string_view>

#include "drivers/gatt/date_time.hpp"
#include "drivers/gatt/packet.hpp"

namespace vitald {

// What the bits of a word or the numbers of an enumeration mean, from 0; "" = reserved.
using Names = std::span<const std::string_view>;

// How a sensor writes what the specification calls SFLOAT.
enum class Numbers {
  sfloat,
  integer,  // a plain unsigned number, 0xFFFF = none: some cuffs and oximeters
};

class PacketReader {
 public:
  explicit PacketReader(Bytes sent, Numbers numbers = Numbers::sfloat) : whole_(sent), rest_(sent), numbers_(numbers) {}

  std::uint8_t u8(std::string_view name);
  std::int8_t i8(std::string_view name);
  std::uint16_t u16(std::string_view name);
  std::uint32_t u24(std::string_view name);
  std::uint32_t u32(std::string_view name);
  std::uint64_t u40(std::string_view name);

  Decimal sfloat(std::string_view name);
  Decimal medical_float(std::string_view name);
  // A number of 16 bits in steps of `step` x 10^exponent.
  Decimal scaled(std::string_view name, std::int64_t step, int exponent);
  // The same, where 0xFFFF says that the measurement failed: not_a_number.
  Decimal scaled_or_failed(std::string_view name, std::int64_t step, int exponent);

  // The word that says what follows: its reserved bits are ignored, and excuse octets that are left over at the end.
  std::uint32_t flags(std::string_view name, int octets, Names bits);
  // A status word of `octets` octets, and the names of its bits that are set.
  std::uint32_t bits(std::string_view name, int octets, Names bits);
  // An enumeration in one octet, and its name where it has one.
  std::uint8_t choice(std::string_view name, Names names);
  // Two enumerations in one octet: `low` in its lower half, `high` in its upper.
  struct Pair {
    std::uint8_t low, high;
  };
  Pair choices(std::string_view low, Names low_names, std::string_view high, Names high_names);

  DateTime date_time(std::string_view name);
  // Date Time as a value of its own: its parts too, and it is the device time.
  void date_time_parts();
  // The time that is this packet's device time. No date: the clock is not set, and every reading says so.
  void time_stamp(std::string_view name);
  // Who was measured; 0xFF = the sensor does not know.
  void user(std::string_view name);
  // All that is left, as text; what is not UTF-8 is replaced and also given in hexadecimal.
  void text(std::string_view name);
  // All that is left, in hexadecimal.
  void octets(std::string_view name);
  // The E2E-CRC over everything before it; a wrong one is an error.
  void crc(std::string_view name);

  std::size_t left() const { return rest_.size(); }
  Bytes take(std::size_t count, std::string_view name);  // not written down; empty when there are fewer
  bool has_reserved_flags() const { return reserved_flags_; }

  void add(std::string_view name, FieldValue value);
  // `names`: of the number, where it has one: "temperature_type_name".
  void add_choice(std::string_view name, std::uint8_t number, Names names);
  // metric: a key of the catalogue.
  void reading(std::string_view metric, const Decimal& value, Quality quality = quality::kGood);

  // The layout holds, but not the value: an error that names the field.
  void refuse(std::string_view name, std::string_view why);

  // Everything was read: the packet, or what is wrong with it.
  Result<Packet> end();

  // What has been read so far.
  Packet& packet() { return packet_; }

 private:
  std::uint64_t number(std::string_view name, std::size_t octets);
  std::uint64_t add_number(std::string_view name, std::size_t octets);
  void add_bits(std::string_view name, std::uint32_t value, Names bits);

  Packet packet_;
  Bytes whole_;
  Bytes rest_;
  Numbers numbers_;
  bool reserved_flags_ = false;
  bool clock_not_set_ = false;
  std::optional<Error> error_;
};

// The quality that a status word gives: the sum over its bits that are set.
struct BitQuality {
  unsigned bit;
  Quality quality;
};
Quality quality_of(std::uint32_t status, std::span<const BitQuality> table);

constexpr bool bit(std::uint32_t word, unsigned number) { return (word >> number & 1) != 0; }

std::string hex(Bytes bytes);

}  // namespace vitald
