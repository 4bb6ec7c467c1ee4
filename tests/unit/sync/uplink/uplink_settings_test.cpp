#include "sync/uplink/uplink_settings.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "platform/config/reader.hpp"
#include "tests/support/result.hpp"
#include "tests/support/scratch.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

std::string problems_of(std::string_view json) {
  UplinkSettings settings;
  return config::text(config::read(json, settings), "f");
}

TEST_CASE("an uplink needs no settings") { CHECK(problems_of("{}") == ""); }

TEST_CASE("TLS is left out only when that is written out") {
  CHECK_THAT(problems_of(R"({"tls": {"ca": ""}})"), Catch::Contains("plain_tcp"));
  CHECK(problems_of(R"({"tls": {"ca": ""}, "plain_tcp": true})") == "");
  UplinkSettings settings;
  REQUIRE(config::read("{}", settings).empty());
  CHECK(endpoints(settings, "d")->at(0).tls);
}

TEST_CASE("a certificate without its key, a prefix with a wildcard and times out of range are problems") {
  CHECK_THAT(problems_of(R"({"tls": {"key": ""}})"), Catch::Contains("certificate and key go together"));
  CHECK_THAT(problems_of(R"({"prefix": "a/#"})"), Catch::Contains("prefix"));
  CHECK_THAT(problems_of(R"({"dead_link_s": 0})"), Catch::Contains("/dead_link_s"));
  CHECK_THAT(problems_of(R"({"window_messages": 1000})"), Catch::Contains("/window_messages"));
}

TEST_CASE("the endpoint subscribes to the device's receipts under its own name") {
  UplinkSettings settings;
  settings.prefix = "care/v2";
  const auto all = endpoints(settings, "device-1");
  REQUIRE(all);
  const Endpoint* made = &all->front();
  CHECK(made->client_id == "device-1");
  CHECK(made->subscriptions == std::vector<std::string>{"care/v2/device-1/receipt"});
  settings.client_id = "other";
  CHECK(endpoints(settings, "device-1")->at(0).client_id == "other");
}

TEST_CASE("the password is the first line of its file, read at each connect") {
  const Scratch scratch;
  UplinkSettings settings;
  settings.password_file = scratch.file("password");
  CHECK_FALSE(endpoints(settings, "d"));
  std::ofstream(settings.password_file) << "first\n";
  REQUIRE(endpoints(settings, "d"));
  CHECK(endpoints(settings, "d")->at(0).password == "first");
  std::ofstream(settings.password_file) << "second\r\nmore";
  CHECK(endpoints(settings, "d")->at(0).password == "second");
}

}  // namespace
}  // namespace vitald
