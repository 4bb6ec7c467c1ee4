// Contec CMS50 pulse oximeters, live: five octets of which the first alone has bit 7, 60 times a second. The layout is
// the vendor's "Communication protocol of pulse oximeter"; bit 4 of the first octet is called "searching time too long"
// there and says in practice that there is no finger. Newer firmware (115200 baud) packs the same five octets behind a
// type (01) and an octet with their highest bits, nine octets in all.

#include "drivers/serial/cms50_values.hpp"
#include "drivers/serial/decoders.hpp"
#include "drivers/serial/frame_fields.hpp"

namespace vitald {
namespace {

constexpr std::size_t kFrame = 5;
constexpr std::size_t kPackedFrame = 9;
constexpr std::uint8_t kPackedLive = 0x01;

bool high(std::uint8_t octet) { return (octet & 0x80) != 0; }

// The octets of the stream that may belong to a frame of that size whose octets after the first have bit 7 as told.
std::size_t belonging(Bytes stream, std::size_t size, bool bit7) {
  std::size_t count = 1;
  while (count < std::min(stream.size(), size) && high(stream[count]) == bit7) ++count;
  return count;
}

Cut cut_packed(Bytes stream) {
  const std::size_t found = belonging(stream, kPackedFrame, true);
  if (found == kPackedFrame) return frame_of(kPackedFrame);
  return found == stream.size() ? partial_frame() : noise_of(1, kNoFrameHere);
}

void add_states(PacketReader& in, std::uint8_t first, std::uint8_t third) {
  in.add("signal_strength", {std::int64_t{first & 15}});
  in.add("searching_too_long", {bit(first, 4)});
  in.add("spo2_dropping", {bit(first, 5)});
  in.add("beep", {bit(first, 6)});
  in.add("bar_graph", {std::int64_t{third & 15}});
  in.add("probe_error", {bit(third, 4)});
  in.add("searching", {bit(third, 5)});
}

Result<Packet> decode_live(PacketReader& in, std::uint8_t first, std::uint8_t pleth, std::uint8_t third,
                           std::uint8_t pulse, std::uint8_t spo2) {
  add_states(in, first, third);
  const bool off = bit(first, 4) || bit(third, 4);
  const Quality doubt = bit(third, 5) ? quality::kQuestionable : quality::kGood;
  const Quality quality = static_cast<Quality>(doubt | (off ? quality::kSensorOff : quality::kGood));
  add_cms50_values(in, spo2, pulse, quality);
  in.add("pleth", {std::int64_t{pleth}});
  in.reading("pleth_waveform", Decimal(pleth), quality);
  return in.end();
}

Result<Packet> decode_packed(Bytes frame) {
  PacketReader in(frame);
  in.u8("packet_type");
  const std::uint8_t highs = in.u8("high_bits");
  const Bytes data = in.take(7, "data");
  const auto octet = [&](unsigned i) {
    return static_cast<std::uint8_t>((data[i] & 0x7F) | (bit(highs, i) ? 0x80 : 0));
  };
  const auto pulse = static_cast<std::uint8_t>(octet(3) | (bit(data[2], 6) ? 0x80 : 0));
  const std::uint8_t rest[] = {octet(5), octet(6)};
  in.add("reserved_octets", {hex(rest)});
  return decode_live(in, octet(0), octet(1), octet(2), pulse, octet(4) & 0x7F);
}

}  // namespace

Cut cut_cms50(Bytes stream) {
  if (stream[0] == kPackedLive && (stream.size() == 1 || high(stream[1]))) return cut_packed(stream);
  if (!high(stream[0])) return noise_of(1, kNoFrameHere);
  const std::size_t found = belonging(stream, kFrame, false);
  if (found == kFrame) return frame_of(kFrame);
  if (found == stream.size()) return partial_frame();
  return noise_of(1, "sync: bit 7 is set inside a frame");
}

Result<Packet> decode_cms50(Bytes frame) {
  if (frame.size() == kPackedFrame) return decode_packed(frame);
  PacketReader in(frame);
  const Bytes sent = in.take(kFrame, "frame");
  if (sent.empty()) return in.end();
  const auto pulse = static_cast<std::uint8_t>((bit(sent[2], 6) ? 0x80 : 0) | sent[3]);
  return decode_live(in, sent[0], sent[1], sent[2], pulse, sent[4]);
}

}  // namespace vitald
