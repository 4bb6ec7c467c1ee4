#include "agent/settings.hpp"

#include <catch2/catch.hpp>

#include "platform/config/reader.hpp"

using namespace vitald;

namespace {

std::string problems(std::string_view json) {
  Settings settings;
  return config::text(config::read(json, settings), "vitald.json");
}

bool names(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the smallest configuration is a device's name") { CHECK(problems(R"({"device": "gw-1"})").empty()); }

TEST_CASE("a driver's own settings stand beside its name and are checked with it") {
  const std::string text = problems(R"({
    "device": "gw-1",
    "drivers": [{"driver": "simulated", "id": "ward", "residents": "two"}]
  })");
  CHECK(names(text, "/drivers/0/residents"));
  CHECK(names(text, "vitald.json:3"));
}

TEST_CASE("an unknown driver, a missing id and a doubled id are all named") {
  CHECK(names(problems(R"({"device": "g", "drivers": [{"driver": "cuf", "id": "a"}]})"), "/drivers/0/driver"));
  CHECK(names(problems(R"({"device": "g", "drivers": [{"driver": "simulated"}]})"), "/drivers/0"));
  CHECK(names(problems(R"({"device": "g", "drivers": [{"driver": "simulated", "id": "a"},
                                                      {"driver": "simulated", "id": "a"}]})"),
              "same id"));
}

TEST_CASE("readable batches must be asked for in so many words") {
  CHECK(names(problems(R"({"device": "g", "outbox": {"encoding": "json"}})"), "seal"));
  CHECK(problems(R"({"device": "g", "seal": "none", "outbox": {"encoding": "json"}})").empty());
}

TEST_CASE("a device's id is a level of a topic") {
  CHECK(names(problems(R"({"device": "a/b"})"), "device"));
  CHECK(names(problems("{}"), "device"));
}
