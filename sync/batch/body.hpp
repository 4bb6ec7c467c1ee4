#pragma once

// A batch's body: columns of readings as protobuf bytes (telemetry.proto). builder.hpp makes one reading by reading;
// this header reads one back.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/model/reading.hpp"
#include "platform/model/result.hpp"
#include "platform/model/timeline.hpp"
#include "sync/batch/range.hpp"

namespace vitald {

// One reading as it came over the wire: names instead of pointers, since the receiver may know other metrics than we
// do.
struct DecodedReading {
  BootTime time;
  Decimal value;
  Quality quality = quality::kGood;
  std::optional<DeviceTime> device_time;
  std::optional<std::uint32_t> record_number;
  friend bool operator==(const DecodedReading&, const DecodedReading&) = default;
};

struct DecodedColumn {
  std::string sensor, metric, unit;
  std::uint32_t mdc = 0;
  RateMilliHz rate = 0;
  std::vector<DecodedReading> readings;
  friend bool operator==(const DecodedColumn&, const DecodedColumn&) = default;
};

// The numbers are part of the wire contract.
enum class LossReason : std::uint8_t {
  evicted = 1,
  corrupt = 2,
  sensor_absent = 3,
  queue_full = 4,
  commit_failed = 5,
};

std::string_view name(LossReason reason);

struct Loss {
  LossReason reason = LossReason::evicted;
  Class class_ = Class::vital;
  std::uint64_t readings = 0;  // 0 = unknown
  BootId boot{};
  BootTime first, last;
  std::uint64_t epoch = 0;
  std::vector<Range> ranges;
  std::string sensor;
  friend bool operator==(const Loss&, const Loss&) = default;
};

struct DecodedBody {
  std::vector<DecodedColumn> columns;
  std::vector<Loss> losses;
  std::optional<Anchor> anchor;
  friend bool operator==(const DecodedBody&, const DecodedBody&) = default;
};

// A body of at most this many readings is accepted (memory stays bounded whatever the bytes say). More than a body of
// 16 KB can hold: 131,072 samples of a flat line, at one bit each.
constexpr std::size_t kMaxReadingsInBody = 200'000;
// Sensor ids, metric keys and units longer than this, in bytes, are refused.
constexpr std::size_t kMaxTextBytes = 256;

// Never reads past the end, never allocates more than the input justifies; invalid input is an Error naming the field.
Result<DecodedBody> decode_body(std::string_view bytes);

}  // namespace vitald
