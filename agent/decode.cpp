#include "agent/decode.hpp"

#include <algorithm>
#include <iostream>

#include "agent/decode_json.hpp"
#include "agent/decode_serial.hpp"
#include "drivers/bthome/bthome.hpp"
#include "drivers/gatt/characteristics.hpp"
#include "drivers/gatt/date_time.hpp"
#include "drivers/gatt/medical_float.hpp"

namespace vitald {
namespace {

// Of every UUID that the Bluetooth SIG has given out.
constexpr std::string_view kUuidTail = "00001000800000805f9b34fb";

// What is behind one question.
struct Subject {
  Json about;  // keys that name it
  Result<Packet> packet;
};

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
  return {{},
          Error(Code::invalid,
                "nothing was asked: give --characteristic, --quirk, --serial, --bthome, --sfloat or --float")};
}

}  // namespace

DecodeAnswer decode(const DecodeRequest& request) {
  if (request.serial) return decode_serial(*request.serial, request.hex);
  const Subject subject = decode_subject(request);
  Json json = subject.about;
  json.update(json_of(subject.packet ? *subject.packet : Packet()));
  json["error"] = subject.packet ? Json() : Json(subject.packet.error().sentence());
  return {text_of(json), !subject.packet.ok()};
}

int print_decoded(const DecodeRequest& request) {
  const DecodeAnswer answer = decode(request);
  std::cout << answer.json << "\n";
  return answer.refused ? 2 : 0;
}

}  // namespace vitald
