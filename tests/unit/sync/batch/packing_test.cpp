#include "sync/batch/packing.hpp"

#include <catch2/catch.hpp>

#include "tests/support/result.hpp"

using namespace vitald;

namespace {

const std::string kText = [] {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i * 7919 % 1000) + ' ';
  return text;
}();

}  // namespace

TEST_CASE("what was packed unpacks to the same bytes") {
  for (const std::string& body : {std::string(), std::string("x"), kText}) {
    const auto unpacked = unpack(pack(body), body.size());
    REQUIRE(unpacked);
    CHECK(*unpacked == body);
  }
  CHECK(pack(kText).size() < kText.size());
}

TEST_CASE("a packed body that is longer than allowed is refused") {
  CHECK_FALSE(unpack(pack(kText), kText.size() - 1));
  CHECK(unpack(pack(std::string(10 << 20, 'x')), kMaxBodyBytes).error().sentence().find("more than 4194304") !=
        std::string::npos);
}

TEST_CASE("a frame that hides its length is refused while it is unpacked") {
  // A frame header without a content size (window 1 MB), two RLE blocks of 100,000 bytes, the second the last.
  const std::string frame(
      "\x28\xb5\x2f\xfd\x00\x50\x02\x35\x0c"
      "a"
      "\x03\x35\x0c"
      "b",
      14);
  const auto whole = unpack(frame, 200'000);
  REQUIRE(whole);
  CHECK(*whole == std::string(100'000, 'a') + std::string(100'000, 'b'));
  CHECK_FALSE(unpack(frame, 199'999));
  CHECK_FALSE(unpack(frame, 10));
}

TEST_CASE("bytes that are not one whole zstd frame are refused") {
  const std::string packed = pack(kText);
  CHECK_FALSE(unpack("", 100));
  CHECK_FALSE(unpack("not zstd at all", 100));
  CHECK_FALSE(unpack(packed + "x", kText.size()));
  for (std::size_t size = 0; size < packed.size(); size += 97)
    CHECK_FALSE(unpack(std::string_view(packed).substr(0, size), kText.size()));
}
