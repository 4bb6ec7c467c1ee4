#include "drivers/replay/wfdb_annotations.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <vector>

#include "drivers/replay/annotation_file.hpp"
#include "tests/support/result.hpp"

namespace vitald {
namespace {

constexpr std::uint16_t word(unsigned code, unsigned rest) { return static_cast<std::uint16_t>(code << 10 | rest); }

struct Decoded {
  std::vector<std::pair<std::int64_t, int>> annotations;
  std::string error;
  bool ended = false;
  double resolution = 0;
};

Decoded decode(const std::vector<std::uint16_t>& words) {
  WfdbAnnotationDecoder decoder;
  Decoded result;
  for (const std::uint16_t w : words) {
    const auto taken = decoder.take(w);
    if (!taken)
      result.error = taken.error().sentence();
    else if (*taken)
      result.annotations.emplace_back((*taken)->time, (*taken)->code);
  }
  result.ended = decoder.ended();
  result.resolution = decoder.time_resolution();
  return result;
}

TEST_CASE("annotations count their time on from the one before") {
  const auto decoded = decode({word(1, 18), word(5, 1023), word(1, 0), 0});
  CHECK(decoded.annotations == std::vector<std::pair<std::int64_t, int>>{{18, 1}, {1041, 5}, {1041, 1}});
  CHECK(decoded.ended);
}

TEST_CASE("a skip is a 32-bit distance, the upper word first") {
  const auto decoded = decode({word(59, 0), 0x0001, 0x0002, word(1, 3), 0});
  CHECK(decoded.annotations == std::vector<std::pair<std::int64_t, int>>{{65541, 1}});
}

TEST_CASE("time that runs back is an error") {
  CHECK(decode({word(1, 5), word(59, 0), 0xffff, 0xfff0, word(1, 3)}).error ==
        "annotation after sample 5 goes back in time");
}

TEST_CASE("text, numbers, subtypes and channels are passed over") {
  const auto decoded =
      decode({word(28, 1), word(63, 3), 0x4e28, 0x0000, word(60, 7), word(61, 7), word(62, 1), word(1, 1), 0});
  CHECK(decoded.annotations == std::vector<std::pair<std::int64_t, int>>{{1, 28}, {2, 1}});
}

TEST_CASE("a time resolution in a note at the start is found") {
  const std::string note = "## time resolution: 1000";
  std::vector<std::uint16_t> words = {word(22, 0), word(63, static_cast<unsigned>(note.size()))};
  for (std::size_t i = 0; i < note.size(); i += 2)
    words.push_back(static_cast<std::uint16_t>(note[i] | note[i + 1] << 8));
  words.push_back(0);
  CHECK(decode(words).resolution == 1000);
}

TEST_CASE("only labels of beats are beats") {
  CHECK(is_beat(1));
  CHECK(is_beat(13));
  CHECK(is_beat(38));
  CHECK(!is_beat(14));  // noise
  CHECK(!is_beat(28));  // rhythm
  CHECK(!is_beat(0));
}

TEST_CASE("an annotation file cut short anywhere is an error that names it") {
  const std::string whole = "drivers/replay/testdata/multi.atr";
  std::ifstream in(whole, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  REQUIRE(bytes.size() == 28);
  const std::string cut = std::tmpnam(nullptr);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    std::ofstream(cut, std::ios::binary) << bytes.substr(0, size);
    auto file = AnnotationFile::open(cut);
    REQUIRE(file);
    auto beat = file->peek();
    for (; beat && *beat; beat = file->peek()) file->take();
    INFO(size);
    REQUIRE(!beat);
    CHECK(beat.error().sentence() == cut + ": cut short, it has no end mark");
  }
  std::remove(cut.c_str());
}

}  // namespace
}  // namespace vitald
