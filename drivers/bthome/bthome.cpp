#include "drivers/bthome/bthome.hpp"

#include <algorithm>

#include "drivers/bthome/objects.hpp"
#include "drivers/gatt/packet_reader.hpp"
#include "drivers/gatt/utf8.hpp"
#include "platform/crypto/ccm.hpp"

namespace vitald {
namespace {

constexpr unsigned kEncrypted = 0, kMacIncluded = 1, kTriggerBased = 2, kVersion = 5;
constexpr std::size_t kMacOctets = 6, kCounterOctets = 4, kTagOctets = crypto::kCcmTagBytes;
constexpr std::size_t kMostOctets = 255;

std::string button_event(std::uint8_t event) {
  constexpr std::string_view kEvents[] = {
      "none", "press", "double_press", "triple_press", "long_press", "long_double_press", "long_triple_press"};
  if (event < std::size(kEvents)) return std::string(kEvents[event]);
  return event == 0x80 ? "hold_press" : "event_" + std::to_string(event);
}

std::string dimmer_event(std::uint8_t event) {
  constexpr std::string_view kEvents[] = {"none", "rotate_left", "rotate_right"};
  return event < std::size(kEvents) ? std::string(kEvents[event]) : "event_" + std::to_string(event);
}

std::uint32_t unsigned_of(Bytes octets) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) value |= std::uint32_t{octets[i]} << (8 * i);
  return value;
}

std::int64_t integer_of(Bytes octets, bool is_signed) {
  const std::int64_t value = unsigned_of(octets);
  const std::int64_t modulus = std::int64_t{1} << (8 * octets.size());
  return is_signed && value >= modulus / 2 ? value - modulus : value;
}

// "4.2.1.0" of 00 01 02 04.
std::string version_of(Bytes octets) {
  std::string text;
  for (auto part = octets.rbegin(); part != octets.rend(); ++part)
    text += (text.empty() ? "" : ".") + std::to_string(*part);
  return text;
}

// One packet's objects, read into fields and readings.
class ObjectReader {
 public:
  ObjectReader(Bytes objects, BthomePacket& out) : rest_(objects), out_(out) {}

  Result<void> read_all() {
    while (!rest_.empty()) {
      const BthomeObject* object = find_bthome_object(rest_[0]);
      if (object == nullptr) return stop();
      rest_ = rest_.subspan(1);
      const std::optional<Bytes> value = take_value(*object);
      if (!value) return Error(Code::invalid, "the packet ends before it").in(object->name);
      read(*object, *value);
    }
    return {};
  }

 private:
  std::optional<Bytes> take(std::size_t count) {
    if (count > rest_.size()) return std::nullopt;
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  std::optional<Bytes> take_value(const BthomeObject& object) {
    if (object.octets != 0) return take(object.octets);
    const std::optional<Bytes> length = take(1);
    return length ? take((*length)[0]) : length;
  }

  // Nobody knows how long the value of an unknown object is: it and what follows stay unread.
  Result<void> stop() {
    add("unknown_object_id", {std::int64_t{rest_[0]}});
    add("unread_octets", {hex(rest_.subspan(1))});
    return {};
  }

  void read(const BthomeObject& object, Bytes value) {
    switch (object.kind) {
      case ObjectKind::number:
      case ObjectKind::signed_number:
        return read_number(object, integer_of(value, object.kind == ObjectKind::signed_number));
      case ObjectKind::yes_no:
        add(object.name, {value[0] != 0});
        return add_reading(object, Decimal(value[0] != 0 ? 1 : 0));
      case ObjectKind::button:
        add(object.name, {button_event(value[0])});
        if (value[0] != 0) add_reading(object, Decimal(1));
        return;
      case ObjectKind::dimmer:
        add(object.name, {dimmer_event(value[0])});
        return add("dimmer_steps", {integer_of(value.subspan(1), true)});
      case ObjectKind::timestamp:
        return read_timestamp(object, unsigned_of(value));
      case ObjectKind::version:
        return add(object.name, {version_of(value)});
      case ObjectKind::text:
        return add(object.name, {as_utf8(value)});
      case ObjectKind::raw:
        return add(object.name, {hex(value)});
    }
  }

  void read_number(const BthomeObject& object, std::int64_t number) {
    const Decimal value(number * object.step, object.exponent);
    const bool plain = object.step == 1 && object.exponent == 0;
    add(object.name, plain ? FieldValue{number} : FieldValue{value});
    if (object.id == 0) out_.packet_id = static_cast<std::uint8_t>(number);
    add_reading(object, object.to_metric == nullptr ? value : object.to_metric(value));
  }

  void read_timestamp(const BthomeObject& object, std::uint32_t seconds) {
    out_.packet.device_time = DeviceTime{seconds * std::int64_t{1'000'000}};
    add(object.name, {text(*out_.packet.device_time)});
  }

  void add_reading(const BthomeObject& object, const Decimal& value) {
    if (!object.metric.empty()) out_.packet.readings.push_back({find_metric(object.metric), value, quality::kGood, {}});
  }

  // The second of a name is "_2", and so on: a sensor with two probes.
  void add(std::string_view name, FieldValue value) {
    const auto before = std::ranges::count(names_, name);
    names_.push_back(name);
    std::string unique(name);
    if (before > 0) unique += '_' + std::to_string(before + 1);
    out_.packet.fields.push_back({std::move(unique), std::move(value)});
  }

  Bytes rest_;
  BthomePacket& out_;
  std::vector<std::string_view> names_;  // of the fields so far
};

// Objects, counter, tag -> objects.
Result<std::string> opened(std::uint8_t info, Bytes sealed, const BthomeKey& key) {
  const Bytes counter = sealed.subspan(sealed.size() - kTagOctets - kCounterOctets, kCounterOctets);
  std::vector<std::uint8_t> nonce(key.mac.begin(), key.mac.end());
  nonce.insert(nonce.end(), {0xD2, 0xFC, info});
  nonce.insert(nonce.end(), counter.begin(), counter.end());
  std::string ciphertext(sealed.begin(), counter.begin());
  ciphertext.append(counter.end(), sealed.end());
  return crypto::open_ccm(key.key, nonce, ciphertext);
}

Bytes bytes_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

Result<void> read_sealed(std::uint8_t info, Bytes sealed, const std::optional<BthomeKey>& key, BthomePacket& out) {
  if (sealed.size() < kCounterOctets + kTagOctets) return Error(Code::invalid, "counter: the packet ends before it");
  out.counter = unsigned_of(sealed.subspan(sealed.size() - kTagOctets - kCounterOctets, kCounterOctets));
  out.packet.fields.push_back({"counter", {std::int64_t{*out.counter}}});
  if (!key) return Error(Code::refused, "the packet is encrypted and there is no key");
  const Result<std::string> objects = opened(info, sealed, *key);
  if (!objects) return objects.error();
  return ObjectReader(bytes_of(*objects), out).read_all();
}

void add_info(std::uint8_t info, Fields& fields) {
  fields.push_back({"device_information", {std::int64_t{info}}});
  fields.push_back({"encryption", {bit(info, kEncrypted)}});
  fields.push_back({"trigger_based", {bit(info, kTriggerBased)}});
  fields.push_back({"bthome_version", {std::int64_t{info >> kVersion}}});
}

// Early versions of the format could carry the address, reversed.
Result<Bytes> without_mac(Bytes rest, Fields& fields) {
  if (rest.size() < kMacOctets) return Error(Code::invalid, "mac: the packet ends before it");
  const Bytes reversed = rest.first(kMacOctets);
  const std::vector<std::uint8_t> mac(reversed.rbegin(), reversed.rend());
  fields.push_back({"mac", {hex(mac)}});
  return rest.subspan(kMacOctets);
}

}  // namespace

Result<BthomePacket> decode_bthome(Bytes service_data, const std::optional<BthomeKey>& key) {
  BthomePacket out;
  if (service_data.size() > kMostOctets) return Error(Code::invalid, "length: more than an advertisement holds");
  if (service_data.empty()) return Error(Code::invalid, "device_information: the packet ends before it");
  const std::uint8_t info = service_data[0];
  if (info >> kVersion != 2)
    return Error(Code::invalid, "bthome_version: " + std::to_string(info >> kVersion) + " is not 2");
  add_info(info, out.packet.fields);
  Result<Bytes> rest = service_data.subspan(1);
  if (bit(info, kMacIncluded)) rest = without_mac(*rest, out.packet.fields);
  if (!rest) return rest.error();
  if (key && !bit(info, kEncrypted)) return Error(Code::refused, "the packet is not encrypted although there is a key");
  const Result<void> read =
      bit(info, kEncrypted) ? read_sealed(info, *rest, key, out) : ObjectReader(*rest, out).read_all();
  if (!read) return read.error();
  return out;
}

}  // namespace vitald
