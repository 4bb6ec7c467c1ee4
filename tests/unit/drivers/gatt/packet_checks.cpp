#include "tests/unit/drivers/gatt/packet_checks.hpp"

namespace vitald {
namespace {

std::string shown(bool value) { return value ? "true" : "false"; }
std::string shown(std::int64_t value) { return std::to_string(value); }
std::string shown(const Decimal& value) { return value.text(); }
std::string shown(const std::string& value) { return value; }
std::string shown(const std::vector<FieldValue>& list);
std::string shown(const Fields& fields);

std::string shown(const FieldValue& value) {
  return std::visit([](const auto& held) { return shown(held); }, value.data);
}

std::string shown(const std::vector<FieldValue>& list) {
  std::string out;
  for (const FieldValue& value : list) out += (out.empty() ? "" : ",") + shown(value);
  return '[' + out + ']';
}

std::string shown(const Fields& fields) {
  std::string out;
  for (const Field& field : fields) out += (out.empty() ? "" : " ") + field.name + '=' + shown(field.value);
  return '{' + out + '}';
}

}  // namespace

Packet decoded(std::uint16_t uuid, const std::vector<std::uint8_t>& octets, std::string_view quirk) {
  const Result<Packet> packet = decode_packet(uuid, octets, quirk);
  REQUIRE(packet);
  return *packet;
}

std::string refusal(std::uint16_t uuid, const std::vector<std::uint8_t>& octets, std::string_view quirk) {
  const Result<Packet> packet = decode_packet(uuid, octets, quirk);
  return packet ? "" : packet.error().sentence();
}

std::vector<std::string> readings(const Packet& packet) {
  std::vector<std::string> out;
  for (const Value& value : packet.readings) {
    REQUIRE(value.metric != nullptr);
    out.push_back(std::string(value.metric->key) + ' ' + value.value.text() + ' ' + std::string(value.metric->unit));
    if (value.quality != 0) out.back() += " q" + std::to_string(value.quality);
  }
  return out;
}

std::vector<std::string> fields(const Packet& packet) {
  std::vector<std::string> out;
  for (const Field& field : packet.fields) out.push_back(field.name + '=' + shown(field.value));
  return out;
}

std::string field(const Packet& packet, std::string_view name) {
  for (const Field& field : packet.fields)
    if (field.name == name) return shown(field.value);
  return "-";
}

}  // namespace vitald
