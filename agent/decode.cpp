#include "agent/decode.hpp"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "drivers/bthome/bthome.hpp"
#include "drivers/gatt/characteristics.hpp"
#include "drivers/gatt/date_time.hpp"
#include "drivers/gatt/medical_float.hpp"
#include "sync/batch/json_names.hpp"

namespace vitald {
namespace {

using Json = nlohmann::ordered_json;
using Octets = std::vector<std::uint8_t>;

// Of every UUID that the Bluetooth SIG has given out.
constexpr std::string_view kUuidTail = "00001000800000805f9b34fb";

// What is behind one question.
struct Subject {
  Json about;  // keys that name it
  Result<Packet> packet;
};

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string without_separators(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  std::string digits;
  std::ranges::copy_if(text, std::back_inserter(digits), [](char c) { return c != ' ' && c != ':' && c != '-'; });
  return digits;
}

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

// A UUID of 16 bits, by itself or inside the Bluetooth SIG's 128.
Result<std::uint16_t> parse_uuid(std::string_view text) {
  Result<Octets> octets = from_hex(text);
  const Error wrong(Code::invalid, "no UUID that the Bluetooth SIG has given out");
  if (!octets) return wrong;
  if (octets->size() == 16) {
    const Result<Octets> tail = from_hex(kUuidTail);
    if ((*octets)[0] != 0 || (*octets)[1] != 0 || !std::equal(tail->begin(), tail->end(), octets->begin() + 4))
      return wrong;
    octets->assign({(*octets)[2], (*octets)[3]});
  }
  if (octets->size() != 2) return wrong;
  return static_cast<std::uint16_t>((*octets)[0] << 8 | (*octets)[1]);
}

Json json_of(const Decimal& value) { return value.text(); }
Json json_of(bool value) { return value; }
Json json_of(std::int64_t value) { return value; }
Json json_of(const std::string& value) { return value; }
Json json_of(const std::vector<FieldValue>& list);
Json json_of(const Fields& fields);

Json json_of(const FieldValue& value) {
  return std::visit([](const auto& held) { return json_of(held); }, value.data);
}

Json json_of(const std::vector<FieldValue>& list) {
  Json array = Json::array();
  for (const FieldValue& value : list) array.push_back(json_of(value));
  return array;
}

Json json_of(const Fields& fields) {
  Json object = Json::object();
  for (const Field& field : fields) object[field.name] = json_of(field.value);
  return object;
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

Packet packet_of(const Decimal& value, MedicalFloatParts parts) {
  Packet packet;
  packet.readings.push_back({nullptr, value, quality::kGood, {}});
  packet.fields = {
      {"value", {value}}, {"mantissa", {std::int64_t{parts.mantissa}}}, {"exponent", {std::int64_t{parts.exponent}}}};
  return packet;
}

Result<std::uint32_t> number_of(std::string_view text, std::size_t octets) {
  const Result<Octets> sent = from_hex(text);
  if (!sent) return sent.error();
  if (sent->size() != octets) return Error(Code::invalid, "not " + std::to_string(octets) + " octets");
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < octets; ++i) number |= std::uint32_t{(*sent)[i]} << (8 * i);
  return number;
}

Result<Packet> decode_sfloat(std::string_view text) {
  const Result<std::uint32_t> number = number_of(text, 2);
  if (!number) return number.error().in("sfloat");
  const auto bits = static_cast<std::uint16_t>(*number);
  return packet_of(sfloat(bits), sfloat_parts(bits));
}

Result<Packet> decode_float(std::string_view text) {
  const Result<std::uint32_t> number = number_of(text, 4);
  if (!number) return number.error().in("float");
  return packet_of(medical_float(*number), medical_float_parts(*number));
}

template <std::size_t N>
Result<std::array<std::uint8_t, N>> exactly(std::string_view text, std::string_view what) {
  const Result<Octets> octets = from_hex(text);
  if (!octets) return octets.error().in(what);
  if (octets->size() != N) return Error(Code::invalid, "not " + std::to_string(N) + " octets").in(what);
  std::array<std::uint8_t, N> array;
  std::ranges::copy(*octets, array.begin());
  return array;
}

Result<std::optional<BthomeKey>> bthome_key(const DecodeRequest& request) {
  if (!request.key) return std::optional<BthomeKey>();
  if (!request.mac) return Error(Code::invalid, "a key needs the sender's --mac");
  const auto key = exactly<16>(*request.key, "key");
  if (!key) return key.error();
  const auto mac = exactly<6>(*request.mac, "mac");
  if (!mac) return mac.error();
  return std::optional(BthomeKey{*key, *mac});
}

Result<Packet> decode_bthome_text(const DecodeRequest& request) {
  const Result<Octets> octets = from_hex(*request.bthome);
  if (!octets) return octets.error().in("bthome");
  Bytes data = *octets;
  if (data.size() >= 2 && data[0] == 0xD2 && data[1] == 0xFC) data = data.subspan(2);
  const Result<std::optional<BthomeKey>> key = bthome_key(request);
  if (!key) return key.error();
  Result<BthomePacket> decoded = decode_bthome(data, *key);
  if (!decoded) return decoded.error();
  return std::move(decoded->packet);
}

Result<std::uint16_t> uuid_of(const DecodeRequest& request) {
  if (request.characteristic) return parse_uuid(*request.characteristic);
  return find_quirk(*request.quirk)->uuid;
}

Subject decode_characteristic(const DecodeRequest& request) {
  const std::string quirk = request.quirk.value_or("");
  if (request.quirk && find_quirk(quirk) == nullptr) return {{}, Error(Code::not_found, "no quirk is called " + quirk)};
  const Result<std::uint16_t> uuid = uuid_of(request);
  if (!uuid) return {{}, uuid.error().in("characteristic")};
  Subject subject{{}, Error(Code::invalid, "there is no --hex to decode")};
  const Characteristic* known = find_characteristic(*uuid);
  if (known != nullptr) subject.about["characteristic"] = known->name;
  if (request.quirk) subject.about["quirk"] = quirk;
  if (!request.hex) return subject;
  const Result<Octets> packet = from_hex(*request.hex);
  subject.packet = packet ? decode_packet(*uuid, *packet, quirk) : Result<Packet>(packet.error().in("hex"));
  return subject;
}

Subject decode_subject(const DecodeRequest& request) {
  const auto or_hex = [&](const std::string& text) { return text.empty() ? request.hex.value_or("") : text; };
  if (request.bthome) return {{}, decode_bthome_text(request)};
  if (request.sfloat) return {{}, decode_sfloat(or_hex(*request.sfloat))};
  if (request.medical_float) return {{}, decode_float(or_hex(*request.medical_float))};
  if (request.characteristic || request.quirk) return decode_characteristic(request);
  return {{}, Error(Code::invalid, "nothing was asked: give --characteristic, --quirk, --bthome, --sfloat or --float")};
}

}  // namespace

DecodeAnswer decode(const DecodeRequest& request) {
  const Subject subject = decode_subject(request);
  Json json = subject.about;
  json.update(json_of(subject.packet ? *subject.packet : Packet()));
  json["error"] = subject.packet ? Json() : Json(subject.packet.error().sentence());
  return {json.dump(-1, ' ', false, Json::error_handler_t::replace), !subject.packet.ok()};
}

int print_decoded(const DecodeRequest& request) {
  const DecodeAnswer answer = decode(request);
  std::cout << answer.json << "\n";
  return answer.refused ? 2 : 0;
}

}  // namespace vitald
