#include <algorithm>

#include "drivers/socket/protocol.hpp"
#include "drivers/socket/tree.hpp"

namespace vitald::socket {
namespace {

// Whole numbers where all values share an exponent, else the digits as text.
void put_values(Tree& tree, const std::vector<Decimal>& values) {
  Tree& list = tree["values"] = Tree::array();
  const int exponent = values.empty() ? 0 : values.front().exponent();
  const bool same = std::ranges::all_of(
      values, [&](const Decimal& value) { return value.is_number() && value.exponent() == exponent; });
  for (const Decimal& value : values) same ? list.push_back(value.mantissa()) : list.push_back(value.text());
  if (same && exponent != 0) tree["exponent"] = exponent;
}

void put_rate(Tree& tree, const char* key, RateMilliHz rate) {
  if (rate % 1000 == 0 && rate > 0)
    tree[key] = rate / 1000;
  else if (rate > 0)
    tree[key] = Decimal(rate, -3).text();
}

Tree tree_of(const std::vector<SensorName>& sensors) {
  Tree list = Tree::array();
  for (const SensorName& sensor : sensors) {
    Tree& one = list.emplace_back(Tree{{"id", sensor.id}});
    if (sensor.silent_after.count() > 0) one["silent_after_s"] = Decimal(sensor.silent_after.count(), -3).text();
  }
  return list;
}

Tree tree_of(const Column& column) {
  Tree tree{{"sensor", column.sensor}, {"metric", column.metric}};
  put_values(tree, column.values);
  if (!column.times_us.empty()) tree["times_us"] = column.times_us;
  if (column.start_us) tree["start_us"] = *column.start_us;
  put_rate(tree, "rate_hz", column.rate);
  put_rate(tree, "device_rate_hz", column.device_rate);
  if (column.qualities.size() == 1 && column.values.size() != 1)
    tree["quality"] = column.qualities.front();
  else if (!column.qualities.empty())
    tree["quality"] = column.qualities;
  if (!column.device_times_us.empty()) tree["device_times_us"] = column.device_times_us;
  if (!column.record_numbers.empty()) tree["record_numbers"] = column.record_numbers;
  return tree;
}

Tree tree_of(const Hello& hello) {
  return {{"hello", kVersion}, {"name", hello.name}, {"sensors", tree_of(hello.sensors)}};
}

Tree tree_of(const Delivery& delivery) {
  Tree tree = Tree::object();
  if (delivery.number) tree["n"] = *delivery.number;
  if (delivery.cursor) tree["cursor"] = delivery.cursor->bytes;
  if (delivery.cursor && !delivery.cursor->name.empty()) tree["cursor_name"] = delivery.cursor->name;
  if (!delivery.sensors.empty()) tree["sensors"] = tree_of(delivery.sensors);
  Tree& columns = tree["columns"] = Tree::array();
  for (const Column& column : delivery.columns) columns.push_back(tree_of(column));
  return tree;
}

Tree tree_of(const Welcome& welcome) {
  return {{"welcome", kVersion},
          {"cursors", Tree(welcome.cursors)},
          {"message_bytes", welcome.message_bytes},
          {"readings", welcome.readings}};
}

Tree tree_of(const Acknowledgement& acknowledgement) { return {{"ack", acknowledgement.through}}; }

Tree tree_of(const Refusal& refusal) {
  Tree tree{{"error", refusal.sentence}};
  if (refusal.number) tree["n"] = *refusal.number;
  return tree;
}

std::string text(const Tree& tree, Encoding encoding) {
  if (encoding == Encoding::json) return tree.dump(-1, ' ', false, Tree::error_handler_t::replace);
  std::string bytes;
  Tree::to_cbor(tree, bytes);
  return bytes;
}

}  // namespace

std::string encode(const Request& request, Encoding encoding) {
  return text(std::visit([](const auto& message) { return tree_of(message); }, request), encoding);
}

std::string encode(const Answer& answer, Encoding encoding) {
  return text(std::visit([](const auto& message) { return tree_of(message); }, answer), encoding);
}

}  // namespace vitald::socket
