#pragma once

// The messages of the driver socket (docs/driver-socket.md), both ways, as JSON or CBOR. Pure: no I/O, no clock.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "drivers/driver.hpp"
#include "platform/model/decimal.hpp"
#include "platform/model/reading.hpp"
#include "platform/model/result.hpp"

namespace vitald::socket {

constexpr std::int64_t kVersion = 1;

enum class Encoding { json, cbor };

struct SensorName {
  std::string id;                             // within the peer; "" = the peer is its one sensor
  std::chrono::milliseconds silent_after{0};  // as Sensor's
};

// Readings of one metric of one sensor. A list is empty where the message does not have it, else as long as values.
struct Column {
  std::string sensor, metric;
  std::vector<Decimal> values;
  std::vector<std::int64_t> times_us;     // boot clock
  std::optional<std::int64_t> start_us;   // instead of times_us: of the first sample, the others follow at `rate`
  RateMilliHz rate = 0, device_rate = 0;  // as Reading's
  std::vector<Quality> qualities;         // one: of all
  std::vector<std::int64_t> device_times_us;
  std::vector<std::uint32_t> record_numbers;
};

// From a driver.
struct Hello {
  std::string name;
  std::vector<SensorName> sensors;
};
struct Delivery {
  std::optional<std::uint64_t> number;  // wants to be acknowledged
  std::optional<Cursor> cursor;
  std::vector<SensorName> sensors;  // that it names from here on
  std::vector<Column> columns;
};
using Request = std::variant<Hello, Delivery>;

// To a driver.
struct Welcome {
  std::map<std::string, std::string> cursors;  // as last committed, by name
  std::uint64_t message_bytes = 0, readings = 0;
};
struct Acknowledgement {
  std::uint64_t through = 0;
};
struct Refusal {
  std::string sentence;
  std::optional<std::uint64_t> number;
};
using Answer = std::variant<Welcome, Acknowledgement, Refusal>;

// By the first byte: '{' is JSON, a CBOR map CBOR; JSON for anything else.
Encoding encoding_of(std::string_view message);

Result<Request> decode_request(std::string_view message);
Result<Answer> decode_answer(std::string_view message);
// A cursor that is no UTF-8 is written whole in CBOR only.
std::string encode(const Request& request, Encoding encoding);
std::string encode(const Answer& answer, Encoding encoding);

}  // namespace vitald::socket
