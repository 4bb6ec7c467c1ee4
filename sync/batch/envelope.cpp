#include "sync/batch/envelope.hpp"

#include <algorithm>

#include "sync/batch/wire.hpp"

namespace vitald {
namespace {

// As carried, before anything is believed.
struct RawEnvelope {
  Envelope envelope;
  std::uint32_t version = 0, suite = 0, class_ = 0, packing = 0;
  bool boot = false;
};

void read_field(WireReader& reader, RawEnvelope& raw) {
  Envelope& e = raw.envelope;
  switch (reader.field()) {
    case 1:
      raw.version = reader.uint32();
      break;
    case 2:
      raw.suite = reader.uint32();
      break;
    case 3:
      e.device = reader.bytes();
      break;
    case 4:
      e.epoch = reader.fixed64();
      break;
    case 5:
      e.number = reader.uint64();
      break;
    case 6:
      raw.class_ = reader.uint32();
      break;
    case 7:
      e.readings = reader.uint32();
      break;
    case 8:
      reader.copy_to(e.boot);
      raw.boot = true;
      break;
    case 9:
      reader.copy_to(e.recipient);
      break;
    case 10:
      e.enc = reader.bytes();
      break;
    case 11:
      raw.packing = reader.uint32();
      break;
  }
}

Result<Envelope> checked(RawEnvelope raw) {
  Envelope& e = raw.envelope;
  if (raw.version == 0) return invalid("no version");
  if (!is_device_id(e.device)) return invalid("the device id is not one");
  if (e.number == 0) return invalid("no number");
  if (raw.class_ < 1 || raw.class_ > 3) return invalid("class " + std::to_string(raw.class_) + " is not known");
  if (!raw.boot) return invalid("no boot id");
  if (raw.packing > 1) return invalid("packing " + std::to_string(raw.packing) + " is not known");
  e.version = raw.version;
  e.suite = static_cast<Suite>(raw.suite);
  e.class_ = static_cast<Class>(raw.class_);
  e.packing = static_cast<Packing>(raw.packing);
  return std::move(e);
}

}  // namespace

std::string encode(const Envelope& e) {
  std::string out;
  append_uint(out, 1, e.version);
  append_uint(out, 2, static_cast<std::uint32_t>(e.suite));
  append_bytes(out, 3, e.device);
  append_fixed64(out, 4, e.epoch);
  append_uint(out, 5, e.number);
  append_uint(out, 6, static_cast<std::uint32_t>(e.class_));
  append_uint(out, 7, e.readings);
  append_bytes(out, 8, to_bytes(e.boot));
  if (e.recipient != KeyId{}) append_bytes(out, 9, to_bytes(e.recipient));
  append_bytes(out, 10, e.enc);
  append_uint(out, 11, static_cast<std::uint32_t>(e.packing));
  return out;
}

Result<Envelope> decode_envelope(std::string_view bytes) {
  RawEnvelope raw;
  WireReader reader(bytes);
  while (reader.next()) read_field(reader, raw);
  if (reader.error()) return reader.error()->in("envelope");
  auto envelope = checked(std::move(raw));
  return envelope ? envelope : envelope.error().in("envelope");
}

std::string encode_batch(std::string_view envelope, std::string_view content) {
  std::string batch, message;
  append_bytes(batch, 1, envelope);
  append_bytes(batch, 2, content);
  append_element(message, 1, batch);
  return message;
}

Result<BatchView> decode_batch(std::string_view bytes) {
  BatchView batch;
  batch.bytes = bytes;
  WireReader reader(bytes);
  while (reader.next()) {
    if (reader.field() == 1) batch.envelope = reader.bytes();
    if (reader.field() == 2) batch.content = reader.bytes();
  }
  if (reader.error()) return *reader.error();
  if (batch.envelope.empty()) return invalid("no envelope");
  return batch;
}

Result<void> for_each_batch(std::string_view message, const std::function<void(const BatchView&)>& each) {
  WireReader reader(message);
  for (std::size_t i = 0; reader.next();) {
    if (reader.field() != 1) continue;
    const auto batch = decode_batch(reader.bytes());
    if (reader.error()) break;
    if (!batch) return batch.error().in("batch " + std::to_string(i) + " of the message");
    each(*batch);
    ++i;
  }
  if (reader.error()) return reader.error()->in("message");
  return {};
}

bool is_device_id(std::string_view id) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, allowed);
}

}  // namespace vitald
