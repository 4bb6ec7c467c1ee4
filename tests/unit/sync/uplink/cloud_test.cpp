// The clouds' profiles and credentials. The passwords were computed with Python's hmac.

#include <catch2/catch.hpp>
#include <fstream>

#include "platform/config/reader.hpp"
#include "sync/uplink/cloud_identity.hpp"
#include "sync/uplink/cloud_profile.hpp"
#include "sync/uplink/uplink_settings.hpp"
#include "tests/support/result.hpp"
#include "tests/support/scratch.hpp"

namespace vitald {
namespace {

using namespace std::chrono_literals;

constexpr UtcTime kCloudNow{Microseconds(1'524'448'722'000'000)};  // 2018-04-23 01:58:42

TEST_CASE("Aliyun's password is the HMAC of the sorted fields") {
  CHECK(aliyun_identity({"pk1", "dev1", "thesecret"}, kCloudNow, true) ==
        CloudIdentity{"pk1.dev1|securemode=2,signmethod=hmacsha256,timestamp=1524448722000|", "dev1&pk1",
                      "8d65898177a37274966d3a9238df94b3fbbfc2cd117a10a5074629ba732b0dc2"});
  CHECK(aliyun_identity({"pk1", "dev1", "thesecret"}, kCloudNow, false).client_id ==
        "pk1.dev1|securemode=3,signmethod=hmacsha256,timestamp=1524448722000|");
}

TEST_CASE("Tencent's password is the HMAC of the user name under the decoded key") {
  const auto made = tencent_identity({"PRODUCT1", "dev1", "MDEyMzQ1Njc4OWFiY2RlZg=="}, kCloudNow, "abcde");
  REQUIRE(made);
  CHECK(*made == CloudIdentity{"PRODUCT1dev1", "PRODUCT1dev1;12010126;abcde;1527040722",
                               "e99fd41f28b92005c486f8a41d645ea43fbc12f6369ff713fa7831e194a807b6;hmacsha256"});
  CHECK_FALSE(tencent_identity({"PRODUCT1", "dev1", "not base64!"}, kCloudNow, "abcde"));
}

TEST_CASE("Huawei's password is the HMAC of the secret under the hour") {
  CHECK(
      huawei_identity({"", "dev1", "thesecret"}, kCloudNow) ==
      CloudIdentity{"dev1_0_0_2018042301", "dev1", "aaeb2029c2d473fbf2b81c4d2a346e350b7485929d1a7ad61768ff34e61ea18e"});
}

TEST_CASE("every profile reads, and its limits hold the settings") {
  const auto names = cloud_profile_names();
  CHECK(names == std::vector<std::string>{"aliyun-iot", "aws-iot-core", "azure-event-grid", "huawei-iotda", "plain",
                                          "tencent-iot"});
  for (const std::string& name : names) {
    INFO(name);
    UplinkSettings settings;
    settings.profile = name;
    settings.message_bytes = settings.window_bytes = 1 << 20;
    settings.keep_alive = 5s;
    const UplinkSettings within = within_limits(settings);
    const CloudLimits& limits = cloud_profile(name).limits;
    CHECK((limits.message_bytes == 0 || within.message_bytes <= limits.message_bytes));
    CHECK((limits.window_bytes == 0 || within.window_bytes <= limits.window_bytes));
    CHECK(within.keep_alive >= limits.keep_alive_least);
    CHECK(cloud_profile(name).tested == (name == "plain"));
  }
}

TEST_CASE("topics are the profile's, filled in") {
  UplinkSettings settings;
  settings.product = "pk1";
  CHECK(topic(settings, "dev1", "live") == "vitald/v1/dev1/live");
  settings.profile = "aliyun-iot";
  CHECK(topic(settings, "dev1", "live") == "/pk1/dev1/user/live");
  settings.profile = "tencent-iot";
  CHECK(topic(settings, "dev1", "receipt") == "pk1/dev1/receipt");
  settings.profile = "huawei-iotda";
  CHECK(topic(settings, "dev1", "alarm") == "$oc/devices/dev1/user/alarm");
}

TEST_CASE("the endpoint of a cloud carries credentials of its kind, and the topics must fit") {
  const Scratch scratch;
  UplinkSettings settings;
  settings.profile = "tencent-iot";
  settings.product = "PRODUCT1";
  settings.secret_file = scratch.file("secret");
  CHECK_FALSE(endpoints(settings, "dev1"));
  std::ofstream(settings.secret_file) << "MDEyMzQ1Njc4OWFiY2RlZg==\n";
  const auto made = endpoints(settings, "dev1");
  REQUIRE(made);
  CHECK(made->front().client_id == "PRODUCT1dev1");
  CHECK_FALSE(made->front().mqtt_5);
  CHECK_THAT(made->front().password, Catch::EndsWith(";hmacsha256"));
  CHECK_FALSE(endpoints(settings, std::string(60, 'd')));
}

TEST_CASE("a profile that needs a secret or a product says so, and an unknown one names the known") {
  const auto problems = [](std::string_view json) {
    UplinkSettings settings;
    return config::text(config::read(json, settings), "f");
  };
  CHECK_THAT(problems(R"({"profile": "huawei-iotda"})"), Catch::Contains("secret_file"));
  CHECK_THAT(problems(R"({"profile": "aliyun-iot", "secret_file": "s"})"), Catch::Contains("product"));
  CHECK_THAT(problems(R"({"profile": "gcp"})"), Catch::Contains("aws-iot-core"));
  CHECK(problems(R"({"profile": "huawei-iotda", "secret_file": "s"})") == "");
}

TEST_CASE("further brokers follow the first, with the same credentials") {
  UplinkSettings settings;
  settings.host = "a";
  settings.others = {{"b", 1}, {"c", 2}};
  settings.user = "u";
  const auto all = endpoints(settings, "d");
  REQUIRE(all);
  REQUIRE(all->size() == 3);
  CHECK(all->at(2).host == "c");
  CHECK(all->at(2).port == 2);
  CHECK(all->at(2).user == "u");
}

}  // namespace
}  // namespace vitald
