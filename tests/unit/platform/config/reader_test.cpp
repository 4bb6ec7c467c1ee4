#include "platform/config/reader.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/result.hpp"
#include "tests/unit/platform/config/example_settings.hpp"

namespace vitald::config {
namespace {

// "" when all is well.
std::string problems_of(std::string_view json, ExampleSettings& settings) { return text(read(json, settings), "f"); }

std::string problems_of(std::string_view json) {
  ExampleSettings settings;
  return problems_of(json, settings);
}

// A setting of the broker, which the file must name.
std::string with_broker(const std::string& rest) { return R"({"broker": {"host": "h"}, )" + rest + "}"; }

TEST_CASE("every type of setting is read") {
  ExampleSettings s;
  CHECK(problems_of(R"({
    // where to
    "broker": {"host": "mq.example", "port": 1883, "keep_alive_s": 7.25, "keep_for_h": 1.5},
    "verbose": true, /* more */ "seal": "none", "topics": ["x"], "quota": -5, "reserve": 0,
    "drivers": [{"driver": "replay", "id": "ecg", "gain": 2}, {"driver": "simulated", "bus": 255}]
  })",
                    s) == "f:1: reserve must not exceed quota");
  CHECK(s.broker.host == "mq.example");
  CHECK(s.broker.port == 1883);
  CHECK(s.broker.keep_alive == 7250ms);
  CHECK(s.broker.keep_for == 90min);
  CHECK(s.verbose);
  CHECK(s.seal == "none");
  CHECK(s.topics == std::vector<std::string>{"x"});
  CHECK(s.quota == -5);
  REQUIRE(s.drivers.size() == 2);
  CHECK(s.drivers[0].gain == 2);
  CHECK(s.drivers[0].id == "ecg");
  CHECK(s.drivers[1].bus == 255);
}

TEST_CASE("a setting that the file does not name keeps its default") {
  ExampleSettings s;
  CHECK(problems_of(R"({"broker": {"host": "h"}})", s) == "");
  CHECK(s.topics.size() == 2);
  CHECK(s.broker.port == 8883);
  CHECK(s.broker.keep_alive == 60s);
}

TEST_CASE("all problems of a file are reported together, each with its path and line") {
  CHECK(problems_of(R"({
  "verbose": 1,
  "broker": {
    "host": "h",
    "prot": 1883,
    "port": 70000
  },
  "topics": ["a", 2],
  "drivers": [
    {"driver": "replay", "gian": 1}
  ]
})") == R"(f:2: /verbose: must be true or false, not a whole number
f:5: /broker/prot: unknown key; did you mean port?
f:6: /broker/port: out of range: must be between 1 and 65535
f:8: /topics/1: must be a text, not a whole number
f:10: /drivers/0/gian: unknown key; did you mean gain?)");
}

TEST_CASE("a line is right even where a number ends it") {
  CHECK(problems_of("{\"broker\": {\"host\": \"h\"},\n\"reserve\":\n\n-1\n\n}") ==
        "f:4: /reserve: out of range: must be between 0 and 1000");
}

TEST_CASE("a whole number is written as one") {
  CHECK(problems_of(with_broker(R"("quota": 5.0)")) == "f:1: /quota: must be a whole number, not 5.0");
  CHECK(problems_of(with_broker(R"("quota": 1e3)")) == "f:1: /quota: must be a whole number, not 1e3");
  CHECK(problems_of(with_broker(R"("quota": "5")")) == "f:1: /quota: must be a whole number, not a text");
}

TEST_CASE("a whole number beyond 64 bits is out of range") {
  const std::string out = "f:1: /quota: out of range: must be between -9000000000000000000 and 9000000000000000000";
  CHECK(problems_of(with_broker(R"("quota": 9000000000000000000)")) == "");
  CHECK(problems_of(with_broker(R"("quota": 9000000000000000001)")) == out);
  CHECK(problems_of(with_broker(R"("quota": 9223372036854775808)")) == out);
  CHECK(problems_of(with_broker(R"("quota": 18446744073709551616)")) == out);
  CHECK(problems_of(with_broker(R"("quota": -9223372036854775809)")) == out);
}

TEST_CASE("a duration's range is told in the unit of its key") {
  const auto broker = [](const std::string& setting) { return R"({"broker": {"host": "h", )" + setting + "}}"; };
  CHECK(problems_of(broker(R"("keep_alive_s": 4.9999)")) ==
        "f:1: /broker/keep_alive_s: out of range: must be between 5 and 1200 s");
  CHECK(problems_of(broker(R"("keep_alive_s": 1e300)")) ==
        "f:1: /broker/keep_alive_s: out of range: must be between 5 and 1200 s");
  CHECK(problems_of(broker(R"("keep_alive_s": 5.0005)")) == "f:1: /broker/keep_alive_s: must be a multiple of 0.001 s");
  CHECK(problems_of(broker(R"("keep_for_h": -1)")) ==
        "f:1: /broker/keep_for_h: out of range: must be between 0 and 1000 h");
  CHECK(problems_of(broker(R"("keep_for_h": 1000)")) == "");
  CHECK(problems_of(broker(R"("keep_alive_s": "5 s")")) == "f:1: /broker/keep_alive_s: must be a number, not a text");
}

TEST_CASE("a number's range is inclusive") {
  const auto gain = [](const std::string& value) {
    return problems_of(with_broker(R"("drivers": [{"driver": "replay", "gain": )" + value + "}]"));
  };
  CHECK(gain("0.5") == "");
  CHECK(gain("8") == "");
  CHECK(gain("0.49") == "f:1: /drivers/0/gain: out of range: must be between 0.5 and 8");
}

TEST_CASE("a required key is missed, also in an object that is not there") {
  CHECK(problems_of("{}") == "f:1: /broker/host: missing");
  CHECK(problems_of(R"({"broker": {"hsot": "h"}})") ==
        "f:1: /broker/host: missing; is hsot meant?\nf:1: /broker/hsot: unknown key; did you mean host?");
  CHECK(problems_of(R"({"broker": {"host": ""}})") == "f:1: /broker/host: must not be empty");
}

TEST_CASE("a key named twice is a problem") {
  CHECK(problems_of("{\"broker\": {\"host\": \"h\",\n\"port\": 1,\n\"port\": 2}}") ==
        "f:3: /broker/port: named twice; the first time on line 2");
  CHECK(problems_of(R"({"broker": {"host": "h"}, "broker": {"host": "h", "x": {"y": [1], "y": 2}}})") ==
        "f:1: /broker: named twice; the first time on line 1\n"
        "f:1: /broker/x/y: named twice; the first time on line 1\n"
        "f:1: /broker/x: unknown key");
}

TEST_CASE("after a wrong word the object's other keys are not judged") {
  CHECK(problems_of(with_broker(R"("drivers": [{"driver": "replya", "id": "a", "gain": 1, "bus": 2}])")) ==
        "f:1: /drivers/0/driver: must be one of: replay, simulated; did you mean replay?");
  CHECK(problems_of(with_broker(R"("drivers": [{"driver": 7, "gain": 1, "bus": 2}])")) ==
        "f:1: /drivers/0/driver: must be a text, not a whole number");
  CHECK(problems_of(with_broker(R"("drivers": [{"drvier": "replay", "gain": 1}])")) ==
        "f:1: /drivers/0/driver: missing; is drvier meant?");
}

TEST_CASE("a word decides which keys come after it") {
  CHECK(problems_of(with_broker(R"("drivers": [{"driver": "simulated", "gain": 1}])")) ==
        "f:1: /drivers/0/gain: unknown key");
}

TEST_CASE("a rule is not asked of settings that are wrong already") {
  CHECK(problems_of(with_broker(R"("quota": 5)")) == "f:1: reserve must not exceed quota");
  CHECK(problems_of(with_broker(R"("quota": 5, "reserve": -1)")) ==
        "f:1: /reserve: out of range: must be between 0 and 1000");
}

TEST_CASE("what is no object where one belongs is a problem") {
  CHECK(problems_of("[1]") == "f:1: must be an object, not a list");
  CHECK(problems_of(R"({"broker": 3})") == "f:1: /broker: must be an object, not a whole number");
  CHECK(problems_of(with_broker(R"("drivers": [null])")) == "f:1: /drivers/0: must be an object, not null");
}

TEST_CASE("a path is a JSON pointer without control characters") {
  CHECK(problems_of(with_broker(R"("a/b~\n": 1)")) == "f:1: /a~1b~0?: unknown key");
}

TEST_CASE("a syntax error names line and column") {
  CHECK(problems_of("{\n  \"verbose\": tru\n}").starts_with("f:2: column 17: syntax error while parsing value"));
  CHECK(problems_of("{\"a\": 1,}").starts_with("f:1: column 9: syntax error while parsing object key"));
  CHECK(problems_of("{} x").starts_with("f:1: column 4: syntax error"));
  CHECK(problems_of("{\"quota\": 1e999}") == "f:1: column 16: number overflow parsing '1e999'");
  CHECK(problems_of("").starts_with("f:1: column 0: syntax error"));
}

TEST_CASE("a file that cannot be read is an io error, a wrong one lists its problems") {
  ExampleSettings s;
  const auto read_it = [&](const std::string& file) { return read_file(file, [&](Declaration& d) { s.declare(d); }); };
  CHECK(read_it("/nonexistent/vitald.json").error().code() == Code::io);
  CHECK(read_it("/").error().code() == Code::io);
  const std::string file = std::tmpnam(nullptr);
  std::ofstream(file) << R"({"verbose": 1})";
  const auto result = read_it(file);
  REQUIRE(!result);
  CHECK(result.error().code() == Code::invalid);
  CHECK(result.error().sentence() ==
        file + ":1: /verbose: must be true or false, not a whole number\n" + file + ":1: /broker/host: missing");
  std::ofstream(file) << R"({"broker": {"host": "h"}})";
  CHECK(read_it(file));
  std::remove(file.c_str());
}

}  // namespace
}  // namespace vitald::config
