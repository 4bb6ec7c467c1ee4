#include "drivers/serial/frame_fields.hpp"

#include <bit>
#include <charconv>
#include <cmath>

namespace vitald {
namespace {

std::uint32_t four_octets(Bytes sent) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < sent.size(); ++i) word |= std::uint32_t{sent[i]} << (8 * i);
  return word;
}

Decimal decimal_of(float value) {
  if (std::isnan(value)) return Special::not_a_number;
  if (std::isinf(value)) return value > 0 ? Special::positive_infinity : Special::negative_infinity;
  char text[64];
  const auto end = std::to_chars(std::begin(text), std::end(text), value).ptr;
  const Result<Decimal> parsed = Decimal::parse({text, static_cast<std::size_t>(end - text)});
  return parsed ? *parsed : Decimal(Special::not_at_resolution);
}

}  // namespace

std::uint16_t u16_be(PacketReader& in, std::string_view name) {
  const Bytes sent = in.take(2, name);
  if (sent.empty()) return 0;
  const std::uint16_t value = big_endian(sent[0], sent[1]);
  in.add(name, {std::int64_t{value}});
  return value;
}

std::int32_t i32(PacketReader& in, std::string_view name) {
  const auto value = static_cast<std::int32_t>(four_octets(in.take(4, name)));
  in.add(name, {std::int64_t{value}});
  return value;
}

Decimal float32(PacketReader& in, std::string_view name) {
  const Decimal value = decimal_of(std::bit_cast<float>(four_octets(in.take(4, name))));
  in.add(name, {value});
  return value;
}

void rate_of_subject(PacketReader& in, std::string_view metric, const Decimal& rate) {
  const bool nobody = rate.is_number() && rate.mantissa() == 0;
  if (nobody)
    in.reading(metric, Special::not_a_number, quality::kSensorOff);
  else
    in.reading(metric, rate, rate.is_number() ? quality::kGood : quality::kInvalid);
}

}  // namespace vitald
