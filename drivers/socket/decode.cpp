#include <limits>

#include "drivers/socket/protocol.hpp"
#include "drivers/socket/tree.hpp"

namespace vitald::socket {
namespace {

constexpr std::size_t kMostSensors = 256, kMostColumns = 4096, kMostValues = 65'536;
constexpr std::size_t kLongestName = 64, kLongestCursor = 4096;
constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
constexpr double kLongestSilence = 31 * 24 * 3600, kFastest = 4'000'000;  // s, Hz

SensorName sensor_of(const Tree& tree, const std::string& where, Fields& parent) {
  SensorName sensor;
  if (!tree.is_object()) {
    parent.fault("sensors", "must be objects");
    return sensor;
  }
  Fields fields(tree, where);
  sensor.id = fields.text("id");
  if (fields.has("silent_after_s"))
    sensor.silent_after = std::chrono::milliseconds(
        static_cast<std::int64_t>(fields.number("silent_after_s", 0, kLongestSilence) * 1000));
  if (const Result<void> good = fields.end(); !good) parent.fault("", good.error().sentence());
  return sensor;
}

std::vector<SensorName> sensors_of(Fields& fields) {
  std::vector<SensorName> sensors;
  if (!fields.has("sensors")) return sensors;
  for (const Tree& element : fields.list("sensors", kMostSensors))
    sensors.push_back(sensor_of(element, "sensors/" + std::to_string(sensors.size()) + "/", fields));
  return sensors;
}

Result<Request> hello_of(const Tree& tree) {
  Fields fields(tree, "");
  fields.integer("hello", kVersion, kVersion);
  Hello hello;
  hello.name = fields.text("name");
  hello.sensors = sensors_of(fields);
  if (const Result<void> good = fields.end(); !good) return good.error();
  return Request(std::move(hello));
}

Result<Decimal> special_of(std::string_view text) {
  for (int i = 1; i <= static_cast<int>(Special::reserved); ++i)
    if (name(static_cast<Special>(i)) == text) return Decimal(static_cast<Special>(i));
  return Error(Code::invalid, "not a number");
}

Result<Decimal> value_of(const Tree& value, int exponent) {
  if (value.is_null()) return Decimal(Special::not_a_number);
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) return Error(Code::invalid, "too large");
  if (value.is_number_integer()) return Decimal(value.get<std::int64_t>(), exponent);
  if (!value.is_string()) return Error(Code::invalid, "CBOR floats have no digits: a whole number with an exponent");
  const auto& text = value.get_ref<const std::string&>();
  Result<Decimal> parsed = Decimal::parse(text);
  return parsed ? parsed : special_of(text);
}

std::vector<Decimal> values_of(Fields& fields) {
  const int exponent = fields.has("exponent")
                           ? static_cast<int>(fields.integer("exponent", Decimal::kMinExponent, Decimal::kMaxExponent))
                           : 0;
  std::vector<Decimal> values;
  const Tree& elements = fields.list("values", kMostValues);
  values.reserve(elements.size());
  for (const Tree& element : elements) {
    const Result<Decimal> value = value_of(element, exponent);
    if (!value) fields.fault("values", value.error().sentence());
    values.push_back(value ? *value : Decimal());
  }
  return values;
}

template <class T>
std::vector<T> narrow(const std::vector<std::int64_t>& wide) {
  std::vector<T> numbers;
  numbers.reserve(wide.size());
  for (const std::int64_t number : wide) numbers.push_back(static_cast<T>(number));
  return numbers;
}

std::vector<Quality> qualities_of(Fields& fields, const Tree& tree, std::size_t count) {
  const auto found = tree.find("quality");
  if (found == tree.end()) return {};
  if (!found->is_array()) return {static_cast<Quality>(fields.integer("quality", 0, quality::kAll))};
  return narrow<Quality>(fields.integers("quality", count, 0, quality::kAll));
}

RateMilliHz rate_of(Fields& fields, const char* key) {
  return fields.has(key) ? static_cast<RateMilliHz>(fields.number(key, 0.001, kFastest) * 1000 + 0.5) : 0;
}

void check_times(const Column& column, Fields& fields) {
  if (!column.start_us) return;
  if (!column.times_us.empty()) fields.fault("start_us", "not beside times_us");
  if (column.rate == 0) fields.fault("start_us", "needs rate_hz");
}

Column column_of(const Tree& tree, Fields& parent) {
  Column column;
  if (!tree.is_object()) {
    parent.fault("columns", "must be objects");
    return column;
  }
  Fields fields(tree, "columns: ");
  column.sensor = fields.has("sensor") ? fields.text("sensor") : "";
  column.metric = fields.text("metric");
  column.values = values_of(fields);
  const std::size_t count = column.values.size();
  column.times_us = fields.integers("times_us", count, 0, kAny);
  if (fields.has("start_us")) column.start_us = fields.integer("start_us", 0, kAny);
  column.rate = rate_of(fields, "rate_hz");
  column.device_rate = rate_of(fields, "device_rate_hz");
  column.qualities = qualities_of(fields, tree, count);
  column.device_times_us = fields.integers("device_times_us", count, -kAny, kAny);
  column.record_numbers = narrow<std::uint32_t>(fields.integers("record_numbers", count, 0, UINT32_MAX));
  check_times(column, fields);
  if (const Result<void> good = fields.end(); !good) parent.fault("", good.error().sentence());
  return column;
}

std::optional<Cursor> cursor_of(Fields& fields) {
  if (!fields.has("cursor")) return {};
  Cursor cursor{fields.has("cursor_name") ? fields.text("cursor_name") : "", fields.text("cursor")};
  const auto is_odd = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  if (cursor.name.size() > kLongestName || std::ranges::any_of(cursor.name, is_odd))
    fields.fault("cursor_name", "at most 64 bytes of text");
  if (cursor.bytes.size() > kLongestCursor) fields.fault("cursor", "at most 4096 bytes");
  return cursor;
}

Result<Request> delivery_of(const Tree& tree) {
  Fields fields(tree, "");
  Delivery delivery;
  if (fields.has("n")) delivery.number = static_cast<std::uint64_t>(fields.integer("n", 1, kAny));
  delivery.cursor = cursor_of(fields);
  if (delivery.cursor && !delivery.number) fields.fault("cursor", "needs n");
  delivery.sensors = sensors_of(fields);
  if (fields.has("columns"))
    for (const Tree& column : fields.list("columns", kMostColumns))
      delivery.columns.push_back(column_of(column, fields));
  if (const Result<void> good = fields.end(); !good) return good.error();
  return Request(std::move(delivery));
}

Result<Answer> welcome_of(const Tree& tree) {
  Fields fields(tree, "");
  fields.integer("welcome", kVersion, kVersion);
  Welcome welcome;
  welcome.message_bytes = static_cast<std::uint64_t>(fields.integer("message_bytes", 1, kAny));
  welcome.readings = static_cast<std::uint64_t>(fields.integer("readings", 1, kAny));
  const Tree* cursors = fields.find("cursors");
  if (cursors == nullptr || !cursors->is_object()) return Error(Code::invalid, "cursors: must be an object");
  for (const auto& [name, bytes] : cursors->items())
    if (bytes.is_string()) welcome.cursors[name] = bytes.get<std::string>();
  if (const Result<void> good = fields.end(); !good) return good.error();
  return Answer(std::move(welcome));
}

}  // namespace

Result<Request> decode_request(std::string_view message) {
  const Result<Tree> tree = parse_tree(message);
  if (!tree) return tree.error();
  return tree->contains("hello") ? hello_of(*tree) : delivery_of(*tree);
}

Result<Answer> decode_answer(std::string_view message) {
  const Result<Tree> tree = parse_tree(message);
  if (!tree) return tree.error();
  if (tree->contains("welcome")) return welcome_of(*tree);
  Fields fields(*tree, "");
  if (tree->contains("ack")) return Answer(Acknowledgement{static_cast<std::uint64_t>(fields.integer("ack", 1, kAny))});
  Refusal refusal{fields.text("error"), {}};
  if (fields.has("n")) refusal.number = static_cast<std::uint64_t>(fields.integer("n", 0, kAny));
  if (const Result<void> good = fields.end(); !good) return good.error();
  return Answer(std::move(refusal));
}

}  // namespace vitald::socket
