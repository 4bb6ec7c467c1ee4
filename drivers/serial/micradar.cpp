// R60ABD1 and MR60BHA1, one maker's radars: 53 59, control, command, length (big-endian), data, the low octet of the
// sum of all before it, 54 43 (vendor manual V3.0).

#include "drivers/serial/micradar.hpp"

#include "drivers/serial/decoders.hpp"
#include "drivers/serial/frame_fields.hpp"

namespace vitald {
namespace {

constexpr std::uint8_t kHead[] = {0x53, 0x59};
constexpr std::uint8_t kTail[] = {0x54, 0x43};
constexpr std::size_t kBeforeData = 6;
constexpr std::size_t kAroundData = 9;
constexpr std::size_t kQuestion = 0x0F;  // the one octet of data of a question

std::uint8_t sum_of(Bytes octets) {
  unsigned sum = 0;
  for (const std::uint8_t octet : octets) sum += octet;
  return static_cast<std::uint8_t>(sum);
}

Cut cut_whole(Bytes frame) {
  if (!std::ranges::equal(frame.last(2), kTail)) return noise_of(1, "length: no 54 43 where the frame should end");
  const std::size_t sum_at = frame.size() - 3;
  if (sum_of(frame.first(sum_at)) != frame[sum_at]) return noise_of(1, "checksum: it is not the sum of the frame");
  return frame_of(frame.size());
}

// Somebody else's question on a tapped line, where the answer would be longer than one octet.
bool is_question(const MicradarReport& report, std::uint8_t command, Bytes data) {
  if (command != report.reply || data.size() != 1 || data[0] != kQuestion) return false;
  PacketReader trial(data);
  report.read(trial);
  return !trial.end();
}

Result<Packet> with_data(PacketReader& in, const MicradarReport* report, std::uint8_t command, Bytes data) {
  if (report != nullptr) in.add("report", {std::string(report->name)});
  if (report != nullptr && is_question(*report, command, data)) {
    in.add("question", {true});
    in.octets("data");
  } else if (report != nullptr) {
    report->read(in);
  } else {
    in.octets("data");
  }
  return in.end();
}

}  // namespace

Cut cut_micradar(Bytes stream) {
  if (!begins(stream, kHead)) return noise_of(until(stream, kHead[0]), kNoFrameHere);
  if (stream.size() < kBeforeData) return partial_frame();
  const std::size_t octets = std::size_t{big_endian(stream[4], stream[5])} + kAroundData;
  if (octets > kLongestMicradarFrame) return noise_of(1, "length: longer than any frame");
  return stream.size() < octets ? partial_frame() : cut_whole(stream.first(octets));
}

Result<Packet> decode_micradar(Bytes frame) {
  if (frame.size() < kAroundData) return Error(Code::invalid, "length: shorter than any frame");
  const Bytes data = frame.subspan(kBeforeData, frame.size() - kAroundData);
  PacketReader in(data);
  in.add("control", {std::int64_t{frame[2]}});
  in.add("command", {std::int64_t{frame[3]}});
  in.add("length", {static_cast<std::int64_t>(data.size())});
  Result<Packet> packet = with_data(in, find_micradar_report(frame[2], frame[3]), frame[3], data);
  if (packet) packet->fields.push_back({"checksum", {std::int64_t{frame[frame.size() - 3]}}});
  return packet;
}

}  // namespace vitald
