#include "agent/decode_json.hpp"

#include <algorithm>

#include "drivers/gatt/date_time.hpp"
#include "sync/batch/json_names.hpp"

namespace vitald {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string without_separators(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits),
                       [](char c) { return c != ' ' && c != '\n' && c != ':' && c != '-'; });
  return digits;
}

Json json_of(const Decimal& value) { return value.text(); }
Json json_of(bool value) { return value; }
Json json_of(std::int64_t value) { return value; }
Json json_of(const std::string& value) { return value; }
Json json_of(const std::vector<FieldValue>& list);

Json json_of(const FieldValue& value) {
  return std::visit([](const auto& held) { return json_of(held); }, value.data);
}

Json json_of(const std::vector<FieldValue>& list) {
  Json array = Json::array();
  for (const FieldValue& value : list) array.push_back(json_of(value));
  return array;
}

// As the recorder does with every reading.
Quality with_range_checked(const Value& value) {
  if (value.metric == nullptr || !value.value.is_number() || value.metric->in_range(value.value.value()))
    return value.quality;
  return value.quality | quality::kOutOfRange;
}

Json quality_names(Quality quality) {
  Json names = Json::array();
  for (unsigned bit = 0; bit < 16; ++bit)
    if ((quality >> bit & 1) != 0) names.push_back(json_names::quality(bit));
  return names;
}

}  // namespace

Result<Octets> from_hex(std::string_view text) {
  const std::string digits = without_separators(text);
  const Error wrong(Code::invalid, "not octets in hexadecimal");
  if (digits.size() % 2 != 0) return wrong;
  Octets octets;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = digit(digits[i]), low = digit(digits[i + 1]);
    if (high < 0 || low < 0) return wrong;
    octets.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return octets;
}

Json json_of(const Fields& fields) {
  Json object = Json::object();
  for (const Field& field : fields) object[field.name] = json_of(field.value);
  return object;
}

Json json_of(const Value& value) {
  Json json;
  const bool number = value.value.is_number();
  json["metric"] = value.metric == nullptr ? Json() : Json(value.metric->key);
  json["value"] = number ? Json(value.value.text()) : Json();
  json["unit"] = value.metric == nullptr ? Json() : Json(value.metric->unit);
  json["special"] = number ? Json() : Json(name(value.value.special()));
  json["quality"] = quality_names(with_range_checked(value));
  if (value.minutes) json["minutes_since_session_start"] = *value.minutes;
  return json;
}

Json json_of(const Packet& packet) {
  Json json;
  json["readings"] = Json::array();
  for (const Value& value : packet.readings) json["readings"].push_back(json_of(value));
  json["fields"] = json_of(packet.fields);
  json["device_time"] = packet.device_time ? Json(text(*packet.device_time)) : Json();
  if (packet.record_number) json["record_number"] = *packet.record_number;
  if (packet.user) json["user"] = *packet.user;
  return json;
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace vitald
