// The shared reassembler under every protocol: split, merged, damaged, noise.

#include <algorithm>
#include <random>

#include "tests/unit/drivers/serial/frames.hpp"

namespace vitald {
namespace {

TEST_CASE("a frame split at any octet is one frame") {
  for (const auto& [name, frame] : whole_frames())
    for (std::size_t piece = 1; piece <= frame.size(); ++piece) {
      INFO(name << " in pieces of " << piece);
      CHECK(frames_in(name, frame, piece) == std::vector<Octets>{frame});
    }
}

TEST_CASE("frames that arrive together are all found") {
  for (const auto& [name, frame] : whole_frames()) {
    INFO(name);
    CHECK(frames_in(name, joined({frame, frame, frame})) == std::vector<Octets>{frame, frame, frame});
  }
}

TEST_CASE("a line that is tapped in the middle of a frame is read from the next frame on") {
  for (const auto& [name, frame] : whole_frames())
    for (std::size_t from = 1; from < frame.size(); ++from) {
      const Octets rest(frame.begin() + static_cast<std::ptrdiff_t>(from), frame.end());
      INFO(name << " from " << from);
      const std::vector<Octets> found = frames_in(name, joined({rest, frame, frame, frame}), 3);
      REQUIRE_FALSE(found.empty());
      CHECK(found.back() == frame);
      CHECK(std::ranges::count(found, frame) >= 2);
    }
}

TEST_CASE("a frame behind a damaged one is not lost") {
  for (const auto& [name, frame] : whole_frames()) {
    if (name.starts_with("cms50")) continue;  // its frames have no sum: another octet is another frame
    for (std::size_t at = 0; at < frame.size(); ++at) {
      Octets damaged = frame;
      damaged[at] ^= 0x01;
      Reassembler line(protocol(name));
      line.push(joined({damaged, frame, frame, frame}));
      std::vector<Octets> found;
      while (const auto piece = line.next_at_end())
        if (piece->is_frame()) found.emplace_back(piece->octets.begin(), piece->octets.end());
      INFO(name << " damaged at " << at);
      CHECK(std::ranges::count(found, frame) >= 3);
    }
  }
}

TEST_CASE("a damaged sum, head or tail is no frame") {
  for (const auto& [name, frame] : whole_frames()) {
    if (name.starts_with("cms50") || name.starts_with("ld24")) continue;  // no sum
    for (std::size_t at = 0; at < frame.size(); ++at) {
      Octets damaged = frame;
      damaged[at] ^= 0x10;
      INFO(name << " damaged at " << at);
      CHECK(frames_in(name, damaged).empty());
      CHECK(frame_refused(name, damaged) != "");
    }
  }
}

TEST_CASE("a frame that ends early is refused") {
  for (const auto& [name, frame] : whole_frames())
    for (std::size_t size = 1; size < frame.size(); ++size) {
      INFO(name << " cut to " << size);
      const std::string why = frame_refused(name, {frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size)});
      CHECK_THAT(why, Catch::Matchers::StartsWith("length: "));
    }
}

TEST_CASE("octets that wait for the rest of a frame are never more than one frame") {
  std::mt19937 random(7);
  for (const SerialProtocol& each : serial_protocols()) {
    Reassembler line(each);
    std::size_t waiting = 0;
    for (int round = 0; round < 3000; ++round) {
      Octets noise(random() % 64);
      // Many heads, so that lengths are believed.
      constexpr std::uint8_t kHeads[] = {0x53, 0x59, 0x01, 0xF4, 0xF3, 0xF2, 0xF1, 0xAA, 0xFF, 0x03, 0x00, 0x80};
      for (std::uint8_t& octet : noise)
        octet = random() % 2 ? kHeads[random() % std::size(kHeads)] : static_cast<std::uint8_t>(random());
      line.push(noise);
      waiting += noise.size();
      while (const auto piece = line.next()) waiting -= piece->octets.size();
      REQUIRE(waiting < each.longest);
    }
  }
}

TEST_CASE("noise is decoded or refused, never more") {
  const std::uint32_t seed = std::random_device()();
  UNSCOPED_INFO("seed " << seed);
  std::mt19937 random(seed);
  const std::vector<Sample> samples = whole_frames();
  for (int round = 0; round < 20'000; ++round) {
    const Sample& sample = samples[random() % samples.size()];
    Octets frame = sample.frame;
    for (unsigned i = random() % 4; i > 0; --i) frame[random() % frame.size()] = static_cast<std::uint8_t>(random());
    if (random() % 4 == 0) frame.resize(random() % (frame.size() + 1));
    const Result<Packet> result = protocol(sample.protocol).decode(frame);  // not cut: worse than a line can be
    if (!result) continue;
    for (const Value& value : result->readings) REQUIRE(value.metric != nullptr);
  }
}

}  // namespace
}  // namespace vitald
