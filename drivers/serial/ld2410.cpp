// HLK-LD2410, LD2410B and LD2410C: F4 F3 F2 F1, length, type, AA, target, [gates], 55, check, F8 F7 F6 F5. Type 2 is
// the target alone, type 1 (engineering mode) adds the energy by distance gate and what newer models append (light,
// pin).

#include "drivers/serial/decoders.hpp"
#include "drivers/serial/frame_fields.hpp"
#include "drivers/serial/hilink.hpp"

namespace vitald {
namespace {

constexpr std::uint8_t kHead[] = {0xF4, 0xF3, 0xF2, 0xF1};
constexpr std::uint8_t kTail[] = {0xF8, 0xF7, 0xF6, 0xF5};
constexpr std::size_t kBeforeData = 6;
constexpr std::size_t kAroundData = 10;
constexpr std::uint8_t kEngineering = 1;
constexpr std::uint8_t kBasic = 2;
constexpr std::uint8_t kInnerHead = 0xAA;
constexpr std::uint8_t kInnerTail = 0x55;
constexpr std::size_t kInnerTailOctets = 2;

constexpr std::string_view kTypes[] = {"", "engineering", "basic"};
// From 4 on it is the radar's own search for thresholds.
constexpr std::string_view kStates[] = {
    "none", "moving", "still", "moving_and_still", "calibrating", "calibrated", "calibration_failed"};

void energies(PacketReader& in, std::string_view name, std::size_t gates) {
  std::vector<FieldValue> list;
  for (const std::uint8_t energy : in.take(gates, name)) list.push_back({std::int64_t{energy}});
  in.add(name, {std::move(list)});
}

void engineering(PacketReader& in) {
  const std::size_t moving = in.u8("max_moving_gate"), still = in.u8("max_still_gate");
  energies(in, "moving_gate_energy_percent", moving + 1);
  energies(in, "still_gate_energy_percent", still + 1);
  const std::size_t more = in.left() < kInnerTailOctets ? 0 : in.left() - kInnerTailOctets;
  if (more == 2) {
    in.u8("light");
    in.u8("out_pin");
  } else if (more > 0) {
    in.add("additional_octets", {hex(in.take(more, "additional_octets"))});
  }
}

void expect(PacketReader& in, std::string_view name, std::uint8_t expected) {
  const Bytes sent = in.take(1, name);
  if (!sent.empty() && sent[0] != expected) in.refuse(name, "it is not " + hex({&expected, 1}));
}

void add_readings(PacketReader& in, std::uint8_t state, std::uint16_t distance) {
  if (state > 3) return;
  in.reading("presence", Decimal(state == 0 ? 0 : 1));
  in.reading("motion", Decimal(bit(state, 0) ? 1 : 0));
  if (state != 0) in.reading("target_distance", Decimal(distance));
}

Result<Packet> decode_target(Bytes data) {
  PacketReader in(data);
  const std::uint8_t type = in.choice("type", kTypes);
  if (type != kEngineering && type != kBasic) in.refuse("type", "it is neither 1 nor 2");
  expect(in, "head", kInnerHead);
  const std::uint8_t state = in.choice("target_state", kStates);
  in.u16("moving_distance_cm");
  in.u8("moving_energy_percent");
  in.u16("still_distance_cm");
  in.u8("still_energy_percent");
  const std::uint16_t distance = in.u16("detection_distance_cm");
  if (type == kEngineering) engineering(in);
  expect(in, "tail", kInnerTail);
  in.u8("check");
  add_readings(in, state, distance);
  return in.end();
}

}  // namespace

Cut cut_ld2410(Bytes stream) {
  if (begins_command(stream)) return cut_command(stream);
  if (begins(stream, kHead)) return cut_between(stream, kTail);
  return noise_of(std::min(until(stream, kHead[0]), until(stream, 0xFD)), kNoFrameHere);
}

Result<Packet> decode_ld2410(Bytes frame) {
  if (begins_command(frame)) return decode_command(frame);
  if (frame.size() < kAroundData) return Error(Code::invalid, "length: shorter than any frame");
  return decode_target(frame.subspan(kBeforeData, frame.size() - kAroundData));
}

}  // namespace vitald
