#pragma once

// The other side of the decoders: writes packets as a sensor would. Lives in tests only.

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "drivers/gatt/date_time.hpp"
#include "platform/model/decimal.hpp"

namespace vitald {

class Encoder {
 public:
  Encoder& u8(unsigned value) { return number(value, 1); }
  Encoder& u16(unsigned value) { return number(value, 2); }
  Encoder& u24(unsigned value) { return number(value, 3); }
  Encoder& u32(std::uint32_t value) { return number(value, 4); }
  Encoder& number(std::uint64_t value, unsigned octets);
  // Must fit the format; special values too.
  Encoder& sfloat(const Decimal& value);
  Encoder& medical_float(const Decimal& value);
  Encoder& date_time(const DateTime& value);
  Encoder& text(std::string_view value);
  Encoder& crc();  // over all that is written

  operator std::vector<std::uint8_t>() const { return octets_; }
  const std::vector<std::uint8_t>& octets() const { return octets_; }

 private:
  std::vector<std::uint8_t> octets_;
};

// "1E 78 00": octets as sent.
std::vector<std::uint8_t> from_hex(std::string_view text);

constexpr DateTime kMarch{2024, 3, 5, 7, 8, 9};
constexpr DeviceTime kMarchTime{1'709'622'489'000'000};

}  // namespace vitald
