// MR60BHA2: 01, id, length, type (each 16 bits, big-endian), check of the header, data (little-endian), check of the
// data. A check is the complement of all octets' exclusive or. The distance report (0A16) is not read: two published
// decoders disagree on what is in it.

#include <array>

#include "drivers/serial/decoders.hpp"
#include "drivers/serial/frame_fields.hpp"

namespace vitald {
namespace {

constexpr std::uint8_t kHead = 0x01;
constexpr std::size_t kHeader = 8;
constexpr std::size_t kAroundData = kHeader + 1;

std::uint8_t check_of(Bytes octets) {
  std::uint8_t all = 0;
  for (const std::uint8_t octet : octets) all ^= octet;
  return static_cast<std::uint8_t>(~all);
}

void phases(PacketReader& in) {
  float32(in, "total_phase");
  const Decimal breath = float32(in, "breath_phase");
  const Decimal heart = float32(in, "heart_phase");
  in.reading("respiration_radar_waveform", breath);
  in.reading("heartbeat_radar_waveform", heart);
}

void breath_rate(PacketReader& in) { rate_of_subject(in, "respiration_rate", float32(in, "breath_rate_per_min")); }
void heart_rate(PacketReader& in) { rate_of_subject(in, "heart_rate_radar", float32(in, "heart_rate_bpm")); }
void octets(PacketReader& in) { in.octets("data"); }

// One octet by the maker's code, two in frames seen; any that is not 0 is somebody.
void presence(PacketReader& in) {
  bool somebody = in.u8("presence") != 0;
  const Bytes more = in.take(in.left(), "presence");
  for (const std::uint8_t octet : more) somebody |= octet != 0;
  if (!more.empty()) in.add("presence_octets", {hex(more)});
  in.reading("presence", Decimal(somebody ? 1 : 0));
}

Fields target(PacketReader& in) {
  PacketReader one(in.take(16, "targets"));
  float32(one, "x_m");
  float32(one, "y_m");
  i32(one, "doppler_index");
  i32(one, "cluster_index");
  return std::move(one.packet().fields);
}

void targets(PacketReader& in) {
  const std::uint32_t count = in.u32("target_count");
  if (std::size_t{count} * 16 != in.left()) in.refuse("target_count", "it does not fit to the length of the frame");
  std::vector<FieldValue> list;
  while (in.left() >= 16) list.push_back({target(in)});
  in.add("targets", {std::move(list)});
}

void firmware(PacketReader& in) {
  for (const std::string_view name : {"project", "major_version", "sub_version", "modified_version"}) in.u8(name);
}

struct Report {
  std::uint16_t type;
  std::string_view name;
  void (*read)(PacketReader& data);
};

constexpr Report kReports[] = {
    {0x0A04, "target_info", targets},     {0x0A08, "point_cloud", targets},   {0x0A13, "phases", phases},
    {0x0A14, "breath_rate", breath_rate}, {0x0A15, "heart_rate", heart_rate}, {0x0A16, "distance", octets},
    {0x0F09, "presence", presence},       {0xFFFF, "firmware", firmware},
};

Cut cut_whole(Bytes frame) {
  const Bytes data = frame.subspan(kHeader, frame.size() - kAroundData);
  if (check_of(data) != frame.back()) return noise_of(1, "data_checksum: it is not that of the data");
  return frame_of(frame.size());
}

}  // namespace

Cut cut_mr60bha2(Bytes stream) {
  if (stream[0] != kHead) return noise_of(until(stream, kHead), kNoFrameHere);
  if (stream.size() < kHeader) return partial_frame();
  if (check_of(stream.first(kHeader - 1)) != stream[kHeader - 1])
    return noise_of(1, "header_checksum: it is not that of the header");
  const std::size_t octets = std::size_t{big_endian(stream[3], stream[4])} + kAroundData;
  if (octets > kLongestMr60bha2Frame) return noise_of(1, "length: longer than any frame");
  return stream.size() < octets ? partial_frame() : cut_whole(stream.first(octets));
}

Result<Packet> decode_mr60bha2(Bytes frame) {
  if (frame.size() < kAroundData) return Error(Code::invalid, "length: shorter than any frame");
  const std::uint16_t type = big_endian(frame[5], frame[6]);
  PacketReader in(frame.subspan(kHeader, frame.size() - kAroundData));
  in.add("frame_id", {std::int64_t{big_endian(frame[1], frame[2])}});
  in.add("length", {std::int64_t{big_endian(frame[3], frame[4])}});
  in.add("type", {std::int64_t{type}});
  const auto report = std::ranges::find(kReports, type, &Report::type);
  const bool known = report != std::end(kReports);
  if (known) in.add("report", {std::string(report->name)});
  (known ? report->read : octets)(in);
  Result<Packet> packet = in.end();
  if (packet) packet->fields.push_back({"header_checksum", {std::int64_t{frame[kHeader - 1]}}});
  if (packet) packet->fields.push_back({"data_checksum", {std::int64_t{frame.back()}}});
  return packet;
}

}  // namespace vitald
