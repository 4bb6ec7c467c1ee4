#pragma once

// What a packet of a Bluetooth health characteristic says, whichever characteristic it is: readings in the catalogue's
// units, every field under its specification's name, and the sensor's own time. A driver turns it into Readings and a
// person reads it without knowing the characteristic.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "platform/model/reading.hpp"
#include "platform/model/result.hpp"

namespace vitald {

using Bytes = std::span<const std::uint8_t>;

struct Field;

// Integers as sent (flags, status words, op codes, numbers of things), decimals with the digits sent.
struct FieldValue {
  std::variant<bool, std::int64_t, Decimal, std::string, std::vector<FieldValue>, std::vector<Field>> data;
};

struct Field {
  std::string name;  // snake_case of the specification's, its unit as suffix: "systolic_mmhg"
  FieldValue value;
};

using Fields = std::vector<Field>;  // in the packet's order

struct Value {
  const Metric* metric = nullptr;
  Decimal value;  // in the metric's unit
  Quality quality = quality::kGood;
  std::optional<std::uint16_t> minutes;  // since the start of the sensor's session, where it counts so (CGM)
};

struct Packet {
  std::vector<Value> readings;
  Fields fields;
  std::optional<DeviceTime> device_time;       // absent when the sensor sent none, or none that is a date
  std::optional<std::uint32_t> record_number;  // where the sensor stores records and numbers them
  std::optional<std::uint8_t> user;            // which of the sensor's users; absent when it does not know
};

// The decoder of one layout: pure, never throws, never reads past the end, allocates in proportion to the packet.
using PacketDecoder = Result<Packet> (*)(Bytes packet);

}  // namespace vitald
