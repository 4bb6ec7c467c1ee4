#include <catch2/catch.hpp>

#include "platform/config/reader.hpp"
#include "tests/unit/platform/config/example_settings.hpp"

namespace vitald::config {
namespace {

std::string problems_of(std::string_view json) {
  ExampleSettings settings;
  return text(read(json, settings), "f");
}

constexpr std::string_view kValid = R"({
  "broker": {"host": "mq.example", "port": 1883, "keep_alive_s": 7.25},  // where to
  "topics": ["x", "\u00e4\n"],
  "drivers": [{"driver": "replay", "id": "ecg", "gain": 2e0}]
})";

TEST_CASE("a file cut short anywhere is an error") {
  REQUIRE(problems_of(kValid) == "");
  for (std::size_t size = 0; size < kValid.size(); ++size) {
    INFO(size);
    CHECK(problems_of(std::string(kValid.substr(0, size))) != "");
  }
}

TEST_CASE("a file with any one byte changed is read without harm") {
  for (std::size_t at = 0; at < kValid.size(); ++at)
    for (const char byte : {'\0', '"', '{', ']', '9', '\xff', '\\', '\n'}) {
      std::string damaged(kValid);
      damaged[at] = byte;
      CHECK_NOTHROW(problems_of(damaged));
    }
}

TEST_CASE("deep nesting is an error, not a crash") {
  const std::string deep(100'000, '[');
  CHECK(problems_of(R"({"a": )" + deep) == "f:1: nested deeper than 64 levels");
  std::string objects;
  for (int i = 0; i < 65; ++i) objects += R"({"a":)";
  CHECK(problems_of(objects) == "f:1: nested deeper than 64 levels");
}

TEST_CASE("a huge file is refused at once") {
  CHECK(problems_of(std::string(1024 * 1024 + 1, ' ')) == "f: larger than 1 MiB");
}

TEST_CASE("a NUL byte does not hide what follows it") {
  CHECK(problems_of(std::string_view("{\"broker\": {\"host\": \"h\"}}\0 x", 29)) == "f: holds a NUL byte");
}

TEST_CASE("many wrong keys do not take long") {
  std::string json = "{";
  for (int i = 0; i < 60'000; ++i) json += "\"key" + std::to_string(i) + "\":1,";
  json += R"("broker": {"host": "h"}})";
  ExampleSettings settings;
  CHECK(read(json, settings).size() == 60'000);
}

}  // namespace
}  // namespace vitald::config
