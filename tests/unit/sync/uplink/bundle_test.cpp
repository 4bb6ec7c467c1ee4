#include "sync/uplink/bundle.hpp"

#include <catch2/catch.hpp>

namespace vitald {
namespace {

StoredBatch batch(std::uint64_t number, std::string bytes) {
  StoredBatch made;
  made.epoch = 1;
  made.number = number;
  made.readings = static_cast<std::uint32_t>(number * 10);
  made.bytes = std::move(bytes);
  return made;
}

std::vector<std::string> bytes_of(const std::deque<Payload>& payloads) {
  std::vector<std::string> all;
  for (const Payload& payload : payloads) all.push_back(payload.bytes);
  return all;
}

TEST_CASE("batches are concatenated up to the size of a message, in their order") {
  const auto payloads = bundle({batch(1, "aaa"), batch(2, "bbb"), batch(3, "cc"), batch(4, "dddd")}, 8);
  CHECK(bytes_of(payloads) == std::vector<std::string>{"aaabbbcc", "dddd"});
  REQUIRE(payloads[0].parts.size() == 3);
  CHECK(payloads[0].parts[2].batch == BatchId{1, 3});
  CHECK(payloads[0].parts[2].readings == 30);
}

TEST_CASE("a batch larger than a message goes alone") {
  CHECK(bytes_of(bundle({batch(1, "a"), batch(2, "bbbbbbbbbb"), batch(3, "c")}, 4)) ==
        std::vector<std::string>{"a", "bbbbbbbbbb", "c"});
}

TEST_CASE("a JSON document is a message of its own") {
  CHECK(bytes_of(bundle({batch(1, "{1}"), batch(2, "{2}"), batch(3, "\n3"), batch(4, "\n4")}, 100)) ==
        std::vector<std::string>{"{1}", "{2}", "\n3\n4"});
}

TEST_CASE("nothing bundles to nothing") { CHECK(bundle({}, 100).empty()); }

}  // namespace
}  // namespace vitald
