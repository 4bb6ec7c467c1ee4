#include "tests/unit/drivers/serial/frames.hpp"

#include <algorithm>
#include <bit>

namespace vitald {
namespace {

Octets between(const Octets& head, const Octets& inner, const Octets& tail) {
  const auto size = static_cast<std::uint16_t>(inner.size());
  return joined({head, {static_cast<std::uint8_t>(size), static_cast<std::uint8_t>(size >> 8)}, inner, tail});
}

std::uint8_t check_of(const Octets& octets) {
  std::uint8_t all = 0;
  for (const std::uint8_t octet : octets) all ^= octet;
  return static_cast<std::uint8_t>(~all);
}

}  // namespace

Octets joined(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

Octets micradar(std::uint8_t control, std::uint8_t command, const Octets& data) {
  const auto size = static_cast<std::uint16_t>(data.size());
  Octets frame = joined({{0x53, 0x59, control, command},
                         {static_cast<std::uint8_t>(size >> 8)},
                         {static_cast<std::uint8_t>(size)},
                         data});
  std::uint8_t sum = 0;
  for (const std::uint8_t octet : frame) sum = static_cast<std::uint8_t>(sum + octet);
  return joined({frame, {sum, 0x54, 0x43}});
}

Octets mr60bha2(std::uint16_t type, const Octets& data) {
  const auto size = static_cast<std::uint16_t>(data.size());
  const Octets header{0x01,
                      0x12,
                      0x34,
                      static_cast<std::uint8_t>(size >> 8),
                      static_cast<std::uint8_t>(size),
                      static_cast<std::uint8_t>(type >> 8),
                      static_cast<std::uint8_t>(type)};
  return joined({header, {check_of(header)}, data, {check_of(data)}});
}

Octets float_octets(float value) {
  const auto word = std::bit_cast<std::uint32_t>(value);
  return {static_cast<std::uint8_t>(word), static_cast<std::uint8_t>(word >> 8), static_cast<std::uint8_t>(word >> 16),
          static_cast<std::uint8_t>(word >> 24)};
}

Octets ld2410(const Octets& inner) { return between({0xF4, 0xF3, 0xF2, 0xF1}, inner, {0xF8, 0xF7, 0xF6, 0xF5}); }

Octets ld2450(const Octets& targets) { return joined({{0xAA, 0xFF, 0x03, 0x00}, targets, {0x55, 0xCC}}); }

Octets hilink_command(const Octets& inner) {
  return between({0xFD, 0xFC, 0xFB, 0xFA}, inner, {0x04, 0x03, 0x02, 0x01});
}

std::vector<Sample> whole_frames() {
  const Octets basic{2, 0xAA, 3, 30, 0, 60, 45, 0, 70, 50, 0, 0x55, 0};
  const Octets answer = hilink_command({0xFF, 1, 0, 0, 1, 0, 0x40, 0});
  return {{"cms50", {0x85, 0x3F, 0x02, 0x4C, 0x62}},
          {"cms50", {0x01, 0xE0, 0x85, 0xBF, 0x82, 0xCC, 0xE2, 0xFF, 0xFF}},
          {"cms50-stored", {0xF0, 0xC8, 0x61}},
          {"cms50-stored", {0xF2, 0x96, 0x1E}},
          {"cms50-stored", {0x0F, 0x80, 0xE1, 0xC8, 0xE1, 0xC9, 0xE2, 0xCA}},
          {"r60abd1", micradar(0x85, 0x02, {72})},
          {"mr60bha1", micradar(0x84, 0x0D, Octets(12, 1))},
          {"mr60bha2", mr60bha2(0x0A14, float_octets(15.5F))},
          {"ld2410", ld2410(basic)},
          {"ld2410", answer},
          {"ld2450", ld2450(Octets(24, 0))},
          {"ld2450", answer}};
}

const SerialProtocol& protocol(std::string_view name) {
  const SerialProtocol* found = find_serial_protocol(name);
  REQUIRE(found != nullptr);
  return *found;
}

Packet frame_decoded(std::string_view name, const Octets& frame) {
  const std::vector<Octets> frames = frames_in(name, frame);
  REQUIRE(frames == std::vector<Octets>{frame});
  Result<Packet> packet = protocol(name).decode(frame);
  REQUIRE(packet);
  return std::move(*packet);
}

std::string frame_refused(std::string_view name, const Octets& octets) {
  Reassembler line(protocol(name));
  line.push(octets);
  const auto piece = line.next_at_end();
  if (!piece) return "nothing";
  if (!piece->is_frame()) return std::string(piece->why);
  const Result<Packet> packet = protocol(name).decode(piece->octets);
  return packet ? "" : packet.error().sentence();
}

std::vector<Octets> frames_in(std::string_view name, const Octets& octets, std::size_t piece) {
  Reassembler line(protocol(name));
  std::vector<Octets> frames;
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    line.push(Bytes(octets).subspan(at, std::min(piece, octets.size() - at)));
    while (const auto found = line.next())
      if (found->is_frame()) frames.emplace_back(found->octets.begin(), found->octets.end());
  }
  return frames;
}

}  // namespace vitald
