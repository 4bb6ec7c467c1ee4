// The small parts: topics, queue, settings, texts of exports.

#include <catch2/catch.hpp>

#include "platform/config/reader.hpp"
#include "sync/receiver/arrival_queue.hpp"
#include "sync/receiver/export_text.hpp"
#include "sync/receiver/json_text.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/receiver/site.hpp"

namespace vitald::test {
namespace {

TEST_CASE("topics of devices are told from all others") {
  const auto device = [](std::string_view topic) {
    const auto parsed = parse_topic(topic, "vitald/v1");
    return parsed ? std::string(parsed->device) : "-";
  };
  CHECK(device("vitald/v1/a.b_c-9/alarm") == "a.b_c-9");
  CHECK(device("vitald/v1/x/live") == "x");
  CHECK(device("vitald/v1/x/backfill") == "x");
  CHECK(parse_topic("vitald/v1/x/status", "vitald/v1")->role == Role::status);
  for (const char* topic : {"vitald/v1/x/receipt", "vitald/v1/x", "vitald/v1//live", "vitald/v1/x/y/live",
                            "vitald/v2/x/live", "vitald/v1x/live", "", "/", "vitald/v1", "vitald/v1/a b/live"})
    CHECK(device(topic) == "-");
  CHECK(subscriptions("p") == std::vector<std::string>{"p/+/alarm", "p/+/live", "p/+/backfill", "p/+/status"});
}

TEST_CASE("the queue is bounded in messages and in bytes, a taken group included") {
  ArrivalQueue queue(2, 100);
  CHECK(queue.push({"t", std::string(30, 'x')}));
  CHECK_FALSE(queue.push({"t", std::string(80, 'x')}));
  CHECK(queue.push({"t", std::string(30, 'y')}));
  CHECK_FALSE(queue.push({"t", "z"}));
  CHECK(queue.take(1).size() == 1);
  CHECK_FALSE(queue.push({"t", "z"}));
  queue.done();
  CHECK(queue.push({"t", "z"}));
}

TEST_CASE("the queue counts the batches of a bundle") {
  Device device;
  ArrivalQueue queue(100, 1 << 20);
  queue.push({"t", device.batch(1, heart_rates(1)) + device.batch(2, heart_rates(1))});
  queue.push({"t", device.batch(3, heart_rates(1))});
  queue.push({"t", "rubbish"});
  CHECK(queue.batches() == 4);
  CHECK(queue.take(2).size() == 1);
  CHECK(queue.batches() == 2);
}

TEST_CASE("UTC is written and read to the microsecond") {
  const auto text = [](std::int64_t us) {
    std::string out;
    append_utc(out, utc_time(us));
    return out;
  };
  CHECK(text(0) == "1970-01-01T00:00:00.000Z");
  CHECK(text(1'767'323'045'678'000) == "2026-01-02T03:04:05.678Z");
  CHECK(text(1'767'323'045'678'901) == "2026-01-02T03:04:05.678901Z");
  CHECK(text(-1000) == "1969-12-31T23:59:59.999Z");
  for (const std::int64_t us :
       {std::int64_t{0}, std::int64_t{1'767'323'045'678'901}, std::int64_t{951'782'400'000'000}})
    CHECK(must(parse_utc(text(us))) == utc_time(us));
  CHECK(must(parse_utc("2026-01-02")) == utc_time(1'767'312'000'000'000));
  CHECK(must(parse_utc("2026-01-02T03:04:05Z")) == utc_time(1'767'323'045'000'000));
}

TEST_CASE("what is no UTC time is refused") {
  for (const char* text : {"", "2026", "2026-13-01", "2026-02-29", "2026-01-02T", "2026-01-02T25:00:00Z",
                           "2026-01-02T03:04:05", "2026-01-02T03:04:05+01:00", "2026-01-02T03:04:05.Z", "2026-01-02x",
                           "-026-01-02", "2026-01-02T03:04:05.1234567Z"})
    CHECK_FALSE(parse_utc(text));
}

TEST_CASE("JSON text stays valid whatever it carries") {
  std::string out;
  JsonText json(out);
  json.object().member("a\"b", "\n\xff").key("list").array().raw("1").raw("36.60").end_array();
  json.key("o").object().end_object().end_object();
  CHECK(out == "{\"a\\\"b\":\"\\n\xEF\xBF\xBD\",\"list\":[1,36.60],\"o\":{}}");
}

TEST_CASE("quality flags have the names of the wire's JSON") {
  CHECK(quality_names(quality::kGood).empty());
  CHECK(quality_names(quality::kAll).size() == 10);
  CHECK(quality_names(quality::kWeakSignal).front() == "weak_signal");
}

TEST_CASE("the receiver's settings name every problem") {
  ReceiverSettings settings;
  const auto problems =
      config::read(R"({"credit": 0, "prefix": "a/+/b", "uplink": {"port": "x"}, "keyz": 1})", settings);
  CHECK(problems.size() >= 3);
  ReceiverSettings good;
  CHECK(
      config::read(
          R"({"database": "r.db", "uplink": {"host": "h", "tls": {"ca": "c", "certificate": "d", "key": "k"}}})", good)
          .empty());
  const auto where = must(endpoint(good));
  CHECK(where.tls);
  CHECK(where.subscriptions.size() == 4);
}

}  // namespace
}  // namespace vitald::test
