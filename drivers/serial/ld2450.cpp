// HLK-LD2450: AA FF 03 00, three targets of x, y, speed and resolution (16 bits each, little-endian), 55 CC. In x, y
// and speed the highest bit set means positive, clear means negative. All zero is a place without a target.

#include "drivers/serial/decoders.hpp"
#include "drivers/serial/frame_fields.hpp"
#include "drivers/serial/hilink.hpp"

namespace vitald {
namespace {

constexpr std::uint8_t kHead[] = {0xAA, 0xFF, 0x03, 0x00};
constexpr std::uint8_t kTail[] = {0x55, 0xCC};
constexpr std::size_t kFrame = 30;
constexpr std::size_t kTargets = 3;
constexpr std::size_t kTargetOctets = 8;

std::int64_t signed_number(std::uint8_t low, std::uint8_t high) {
  const int magnitude = little_endian(low, high) & 0x7FFF;
  return (high & 0x80) != 0 ? magnitude : -magnitude;
}

struct Target {
  bool there;
  std::int64_t x_mm, y_mm, speed_cm_s, resolution_mm;
};

Target target_of(Bytes sent) {
  const bool there = std::ranges::any_of(sent, [](std::uint8_t octet) { return octet != 0; });
  return {there, signed_number(sent[0], sent[1]), signed_number(sent[2], sent[3]), signed_number(sent[4], sent[5]),
          little_endian(sent[6], sent[7])};
}

Fields fields_of(const Target& target) {
  return {{"present", {target.there}},
          {"x_mm", {target.x_mm}},
          {"y_mm", {target.y_mm}},
          {"speed_cm_s", {target.speed_cm_s}},
          {"resolution_mm", {target.resolution_mm}}};
}

}  // namespace

Cut cut_ld2450(Bytes stream) {
  if (begins_command(stream)) return cut_command(stream);
  if (!begins(stream, kHead)) return noise_of(std::min(until(stream, kHead[0]), until(stream, 0xFD)), kNoFrameHere);
  if (stream.size() < kFrame) return partial_frame();
  if (!std::ranges::equal(stream.subspan(kFrame - 2, 2), kTail))
    return noise_of(1, "length: no 55 CC where the frame should end");
  return frame_of(kFrame);
}

Result<Packet> decode_ld2450(Bytes frame) {
  if (begins_command(frame)) return decode_command(frame);
  PacketReader in(frame.size() < kFrame ? frame : frame.subspan(sizeof kHead, kFrame - sizeof kHead - sizeof kTail));
  std::int64_t count = 0;
  bool moving = false;
  std::vector<FieldValue> list;
  for (std::size_t i = 0; i < kTargets; ++i) {
    const Bytes sent = in.take(kTargetOctets, "targets");
    if (sent.empty()) break;
    const Target target = target_of(sent);
    count += target.there ? 1 : 0;
    moving |= target.speed_cm_s != 0;
    list.push_back({fields_of(target)});
  }
  in.add("target_count", {count});
  in.add("targets", {std::move(list)});
  in.reading("presence", Decimal(count > 0 ? 1 : 0));
  in.reading("motion", Decimal(moving ? 1 : 0));
  return in.end();
}

}  // namespace vitald
