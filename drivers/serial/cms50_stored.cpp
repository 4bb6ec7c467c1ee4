// Contec CMS50 pulse oximeters, stored record: three octets a second, F0 or F1 (bit 0 is bit 7 of the pulse), the
// pulse with bit 7 set, SpO2. Before them the device sends the time at which the record began (F2, hour, minute). Newer
// firmware (115200 baud) sends three pairs of SpO2 and pulse in eight octets: type (0F), highest bits, pairs.

#include "drivers/serial/cms50_values.hpp"
#include "drivers/serial/decoders.hpp"
#include "drivers/serial/frame_fields.hpp"

namespace vitald {
namespace {

constexpr std::size_t kFrame = 3;
constexpr std::size_t kPackedFrame = 8;
constexpr std::uint8_t kStart = 0xF2;
constexpr std::uint8_t kPackedStored = 0x0F;

bool may_begin(std::uint8_t octet) { return (octet & 0xFE) == 0xF0 || octet == kStart || octet == kPackedStored; }

std::size_t until_next(Bytes stream) {
  const auto found = std::find_if(stream.begin() + 1, stream.end(), may_begin);
  return static_cast<std::size_t>(found - stream.begin());
}

// How many octets of the frame are there and as they should be.
std::size_t belonging(Bytes stream, std::size_t size) {
  const bool packed = size == kPackedFrame;
  std::size_t count = 1;
  while (count < std::min(stream.size(), size) && (stream[count] >= 0x80) == (packed || count == 1)) ++count;
  return count;
}

Result<Packet> decode_start(PacketReader& in, Bytes sent) {
  in.add("record_start_hour", {std::int64_t{sent[1] & 0x7F}});
  in.add("record_start_minute", {std::int64_t{sent[2]}});
  return in.end();
}

Result<Packet> decode_packed(Bytes frame) {
  PacketReader in(frame);
  in.u8("packet_type");
  const std::uint8_t highs = in.u8("high_bits");
  const Bytes data = in.take(6, "records");
  std::vector<FieldValue> records;
  for (unsigned i = 0; i < data.size(); i += 2) {
    const std::uint8_t spo2 = data[i] & 0x7F;
    const auto pulse = static_cast<std::uint8_t>((data[i + 1] & 0x7F) | (bit(highs, i + 1) ? 0x80 : 0));
    records.push_back({Fields{{"pulse_rate_bpm", {std::int64_t{pulse}}}, {"spo2_percent", {std::int64_t{spo2}}}}});
    in.packet().readings.push_back(cms50_value("oxygen_saturation", spo2, kNoSpo2, quality::kGood));
    in.packet().readings.push_back(cms50_value("pulse_rate_oximeter", pulse, kNoPulse, quality::kGood));
  }
  in.add("records", {std::move(records)});
  return in.end();
}

}  // namespace

Cut cut_cms50_stored(Bytes stream) {
  if (!may_begin(stream[0])) return noise_of(until_next(stream), kNoFrameHere);
  const std::size_t size = stream[0] == kPackedStored ? kPackedFrame : kFrame;
  const std::size_t found = belonging(stream, size);
  if (found == size) return frame_of(size);
  return found == stream.size() ? partial_frame() : noise_of(1, "sync: bit 7 is wrong inside a record");
}

Result<Packet> decode_cms50_stored(Bytes frame) {
  if (frame.size() == kPackedFrame) return decode_packed(frame);
  PacketReader in(frame);
  const Bytes sent = in.take(kFrame, "record");
  if (sent.empty()) return in.end();
  if (sent[0] == kStart) return decode_start(in, sent);
  const auto pulse = static_cast<std::uint8_t>((bit(sent[0], 0) ? 0x80 : 0) | (sent[1] & 0x7F));
  add_cms50_values(in, sent[2], pulse, quality::kGood);
  return in.end();
}

}  // namespace vitald
