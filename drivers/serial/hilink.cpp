#include "drivers/serial/hilink.hpp"

#include "drivers/serial/decoders.hpp"
#include "drivers/serial/frame_fields.hpp"

namespace vitald {
namespace {

constexpr std::uint8_t kCommandHead[] = {0xFD, 0xFC, 0xFB, 0xFA};
constexpr std::uint8_t kCommandTail[] = {0x04, 0x03, 0x02, 0x01};
constexpr std::size_t kBeforeData = 6;
constexpr std::size_t kAroundData = 10;
constexpr std::uint16_t kAnswer = 0x0100;  // set in the command word of an answer

constexpr std::string_view kStatus[] = {"success", "failure"};

struct Command {
  std::uint8_t word;
  std::string_view name;
};

constexpr Command kCommands[] = {
    {0x60, "set_gates"},         {0x61, "read_parameters"}, {0x62, "engineering_on"},   {0x63, "engineering_off"},
    {0x64, "set_sensitivity"},   {0x80, "single_target"},   {0x90, "multi_target"},     {0x91, "tracking_mode"},
    {0xA0, "firmware"},          {0xA1, "set_baud_rate"},   {0xA2, "factory_reset"},    {0xA3, "restart"},
    {0xA4, "bluetooth"},         {0xA5, "mac_address"},     {0xA8, "bluetooth_access"}, {0xA9, "set_password"},
    {0xAA, "set_resolution"},    {0xAB, "read_resolution"}, {0xC1, "read_zones"},       {0xC2, "set_zones"},
    {0xFE, "configuration_off"}, {0xFF, "configuration_on"}};

void add_name(PacketReader& in, std::uint16_t word) {
  const auto found = std::ranges::find(kCommands, static_cast<std::uint8_t>(word), &Command::word);
  if (found != std::end(kCommands)) in.add("command_name", {std::string(found->name)});
}

}  // namespace

Cut cut_between(Bytes stream, Bytes tail) {
  if (stream.size() < kBeforeData) return partial_frame();
  const std::size_t octets = std::size_t{little_endian(stream[4], stream[5])} + kAroundData;
  if (octets > kLongestHilinkFrame) return noise_of(1, "length: longer than any frame");
  if (stream.size() < octets) return partial_frame();
  if (!std::ranges::equal(stream.subspan(octets - 4, 4), tail))
    return noise_of(1, "length: no tail where the frame should end");
  return frame_of(octets);
}

bool begins_command(Bytes stream) { return begins(stream, kCommandHead); }

Cut cut_command(Bytes stream) { return cut_between(stream, kCommandTail); }

Result<Packet> decode_command(Bytes frame) {
  if (frame.size() < kAroundData) return Error(Code::invalid, "length: shorter than any frame");
  PacketReader in(frame.subspan(kBeforeData, frame.size() - kAroundData));
  in.add("frame", {std::string("command")});
  const std::uint16_t word = in.u16("command");
  const bool answer = (word & kAnswer) != 0;
  add_name(in, word);
  in.add("answer", {answer});
  if (answer) {
    const std::uint16_t status = in.u16("status");
    if (status < std::size(kStatus)) in.add("status_name", {std::string(kStatus[status])});
  }
  in.octets("data");
  return in.end();
}

}  // namespace vitald
