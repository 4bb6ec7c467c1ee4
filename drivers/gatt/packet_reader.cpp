#include "drivers/gatt/packet_reader.hpp"

#include "drivers/gatt/e2e_crc.hpp"
#include "drivers/gatt/medical_float.hpp"
#include "drivers/gatt/utf8.hpp"

namespace vitald {
namespace {

constexpr std::uint16_t kFailed = 0xFFFF;
constexpr std::uint8_t kUnknownUser = 0xFF;

FieldValue integer(std::uint64_t number) { return {static_cast<std::int64_t>(number)}; }

std::string suffixed(std::string_view name, std::string_view suffix) { return std::string(name) + std::string(suffix); }

// The bits of a word of `octets` octets that have no name.
std::uint32_t reserved(std::uint32_t word, Names names) {
  for (unsigned i = 0; i < names.size(); ++i)
    if (!names[i].empty()) word &= ~(std::uint32_t{1} << i);
  return word;
}

}  // namespace

std::string hex(Bytes bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

Quality quality_of(std::uint32_t status, std::span<const BitQuality> table) {
  Quality sum = quality::kGood;
  for (const BitQuality& entry : table)
    if (bit(status, entry.bit)) sum |= entry.quality;
  return sum;
}

Bytes PacketReader::take(std::size_t count, std::string_view name) {
  if (count > rest_.size()) {
    refuse(name, "the packet ends before it");
    rest_ = {};
    return {};
  }
  const Bytes taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

std::uint64_t PacketReader::number(std::string_view name, std::size_t octets) {
  std::uint64_t value = 0;
  unsigned shift = 0;
  for (const std::uint8_t byte : take(octets, name)) {
    value |= std::uint64_t{byte} << shift;
    shift += 8;
  }
  return value;
}

std::uint64_t PacketReader::add_number(std::string_view name, std::size_t octets) {
  const std::uint64_t value = number(name, octets);
  add(name, integer(value));
  return value;
}

std::uint8_t PacketReader::u8(std::string_view name) { return static_cast<std::uint8_t>(add_number(name, 1)); }

std::int8_t PacketReader::i8(std::string_view name) {
  const auto value = static_cast<std::int8_t>(number(name, 1));
  add(name, {std::int64_t{value}});
  return value;
}

std::uint16_t PacketReader::u16(std::string_view name) { return static_cast<std::uint16_t>(add_number(name, 2)); }

std::uint32_t PacketReader::u24(std::string_view name) { return static_cast<std::uint32_t>(add_number(name, 3)); }

std::uint32_t PacketReader::u32(std::string_view name) { return static_cast<std::uint32_t>(add_number(name, 4)); }

std::uint64_t PacketReader::u40(std::string_view name) { return add_number(name, 5); }

Decimal PacketReader::sfloat(std::string_view name) {
  if (numbers_ == Numbers::integer) return scaled_or_failed(name, 1, 0);
  const Decimal value = vitald::sfloat(static_cast<std::uint16_t>(number(name, 2)));
  add(name, {value});
  return value;
}

Decimal PacketReader::medical_float(std::string_view name) {
  const Decimal value = vitald::medical_float(static_cast<std::uint32_t>(number(name, 4)));
  add(name, {value});
  return value;
}

Decimal PacketReader::scaled(std::string_view name, std::int64_t step, int exponent) {
  const Decimal value(static_cast<std::int64_t>(number(name, 2)) * step, exponent);
  add(name, {value});
  return value;
}

Decimal PacketReader::scaled_or_failed(std::string_view name, std::int64_t step, int exponent) {
  const auto steps = static_cast<std::int64_t>(number(name, 2));
  const Decimal value = steps == kFailed ? Decimal(Special::not_a_number) : Decimal(steps * step, exponent);
  add(name, {value});
  return value;
}

void PacketReader::add_bits(std::string_view name, std::uint32_t value, Names bits) {
  std::vector<FieldValue> set;
  for (unsigned i = 0; i < bits.size(); ++i)
    if (bit(value, i) && !bits[i].empty()) set.push_back({std::string(bits[i])});
  add(name, integer(value));
  add(suffixed(name, "_set"), {std::move(set)});
  if (const std::uint32_t unknown = reserved(value, bits); unknown != 0)
    add(suffixed(name, "_reserved"), integer(unknown));
}

std::uint32_t PacketReader::bits(std::string_view name, int octets, Names bits) {
  const auto value = static_cast<std::uint32_t>(number(name, static_cast<std::size_t>(octets)));
  add_bits(name, value, bits);
  return value;
}

std::uint32_t PacketReader::flags(std::string_view name, int octets, Names bits) {
  const std::uint32_t value = this->bits(name, octets, bits);
  reserved_flags_ |= reserved(value, bits) != 0;
  return value;
}

void PacketReader::add_choice(std::string_view name, std::uint8_t number, Names names) {
  add(name, integer(number));
  if (number < names.size() && !names[number].empty()) add(suffixed(name, "_name"), {std::string(names[number])});
}

std::uint8_t PacketReader::choice(std::string_view name, Names names) {
  const auto value = static_cast<std::uint8_t>(number(name, 1));
  add_choice(name, value, names);
  return value;
}

PacketReader::Pair PacketReader::choices(std::string_view low, Names low_names, std::string_view high,
                                         Names high_names) {
  const auto value = static_cast<std::uint8_t>(number(low, 1));
  const Pair pair{static_cast<std::uint8_t>(value & 15), static_cast<std::uint8_t>(value >> 4)};
  add_choice(low, pair.low, low_names);
  add_choice(high, pair.high, high_names);
  return pair;
}

DateTime PacketReader::date_time(std::string_view name) {
  DateTime sent;
  sent.year = static_cast<std::uint16_t>(number(name, 2));
  for (std::uint8_t* part : {&sent.month, &sent.day, &sent.hours, &sent.minutes, &sent.seconds})
    *part = static_cast<std::uint8_t>(number(name, 1));
  add(name, {vitald::text(sent)});
  return sent;
}

void PacketReader::date_time_parts() {
  const DateTime sent = date_time("date_time");
  packet_.device_time = device_time(sent);
  add("year", integer(sent.year));
  add("month", integer(sent.month));
  add("day", integer(sent.day));
  add("hours", integer(sent.hours));
  add("minutes", integer(sent.minutes));
  add("seconds", integer(sent.seconds));
}

void PacketReader::time_stamp(std::string_view name) {
  packet_.device_time = device_time(date_time(name));
  clock_not_set_ |= !packet_.device_time;
}

void PacketReader::user(std::string_view name) {
  const std::uint8_t user = u8(name);
  if (user != kUnknownUser) packet_.user = user;
}

void PacketReader::text(std::string_view name) {
  const Bytes sent = take(left(), name);
  std::string text = as_utf8(sent);
  const bool replaced = text.find(kReplacement) != std::string::npos;
  add(name, {std::move(text)});
  if (replaced) add(suffixed(name, "_octets"), {hex(sent)});
}

void PacketReader::octets(std::string_view name) { add(name, {hex(take(left(), name))}); }

void PacketReader::crc(std::string_view name) {
  const std::uint16_t computed = e2e_crc(whole_.first(whole_.size() - rest_.size()));
  if (u16(name) != computed) refuse(name, "it is not the CRC of the packet");
}

void PacketReader::add(std::string_view name, FieldValue value) {
  if (!error_) packet_.fields.push_back({std::string(name), std::move(value)});
}

void PacketReader::reading(std::string_view metric, const Decimal& value, Quality quality) {
  packet_.readings.push_back({find_metric(metric), value, quality, {}});
}

void PacketReader::refuse(std::string_view name, std::string_view why) {
  if (!error_) error_ = Error(Code::invalid, std::string(why)).in(name);
}

Result<Packet> PacketReader::end() {
  if (!rest_.empty() && reserved_flags_) octets("reserved_octets");
  if (!rest_.empty()) refuse("length", std::to_string(rest_.size()) + " octets more than the packet's layout has");
  if (error_) return *error_;
  if (clock_not_set_)
    for (Value& value : packet_.readings) value.quality |= quality::kClockNotSet;
  return std::move(packet_);
}

}  // namespace vitald
