#include "sync/batch/json.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "sync/batch/builder.hpp"
#include "tests/support/result.hpp"
#include "tests/unit/sync/batch/samples.hpp"

using namespace vitald;
using namespace vitald::samples;
using namespace std::string_literals;

namespace {

constexpr auto kLeast = std::numeric_limits<std::int64_t>::min(), kMost = std::numeric_limits<std::int64_t>::max();

Envelope envelope_of(std::uint32_t readings) {
  Envelope e;
  e.device = "gateway-7";
  e.epoch = 0x0123'4567'89ab'cdef;
  e.number = 12;
  e.readings = readings;
  for (std::size_t i = 0; i < e.boot.size(); ++i) e.boot[i] = static_cast<std::uint8_t>(i * 17);
  return e;
}

DecodedColumn column(const std::string& metric, std::vector<DecodedReading> readings) {
  return {"band \"A\"\n\xc3\xa4", metric, "Cel", 150388, 0, std::move(readings)};
}

DecodedReading at(std::int64_t time_us, Decimal value) {
  DecodedReading r;
  r.time = boot_time(time_us);
  r.value = value;
  return r;
}

DecodedBody full() {
  DecodedBody body;
  body.anchor = Anchor{boot_time(1'000'000), utc_time(1'767'323'045'678'999), Microseconds(250), ClockSource::rtc};
  DecodedReading odd = at(2'000'000, Special::negative_infinity);
  odd.quality = quality::kMotion | quality::kTest | 1u << 12;
  odd.device_time = DeviceTime{-5};
  odd.record_number = 4'294'967'295;
  body.columns = {column("a", {at(1'000'000, {3660, -2}), at(0, {0, -2}), at(3, {-5, -2}), at(4, {15, 2}), odd}),
                  column("b", {at(5, {kMost, 0}), at(6, {kLeast, -18}), at(7, {kLeast, 18}), at(8, -7)})};
  body.columns[1].mdc = 0;
  body.columns[1].rate = 250'000;
  Loss loss;
  loss.class_ = Class::alarm;
  loss.readings = 3;
  loss.last = boot_time(77);
  loss.epoch = 0xffff'0000'ffff'0001;
  loss.ranges = {{1, 2}, {5, std::numeric_limits<std::uint64_t>::max()}};
  Loss absent;
  absent.reason = LossReason::sensor_absent;
  absent.sensor = "cuff";
  body.losses = {loss, absent};
  return body;
}

// The full batch's text with one part replaced.
std::string why(const std::string& part, const std::string& by) {
  std::string text = encode_json(envelope_of(9), full());
  const auto at = text.find(part);
  REQUIRE(at != std::string::npos);
  const auto read = decode_json(text.replace(at, part.size(), by));
  return read ? "accepted"s : read.error().sentence();
}

}  // namespace

TEST_CASE("a batch in JSON is read back with every digit") {
  const auto read = decode_json(encode_json(envelope_of(9), full()));
  REQUIRE(read);
  CHECK(read->envelope == envelope_of(9));
  CHECK(read->body == full());
}

TEST_CASE("a batch in JSON reads as announced") {
  DecodedBody body;
  body.anchor = Anchor{boot_time(1'000'000), utc_time(1'767'323'045'678'999), Microseconds(250), ClockSource::rtc};
  DecodedReading reading = at(2'000'000, {3660, -2});
  reading.quality = quality::kMotion;
  body.columns = {{"band-3f2a", "skin_temperature", "Cel", 150388, 0, {reading}}};
  CHECK(encode_json(envelope_of(1), body) ==
        R"({"vitald":1,"device":"gateway-7","epoch":"0123456789abcdef","number":12,"class":"vital",)"
        R"("boot":"00112233445566778899aabbccddeeff",)"
        R"("anchor":{"boot_us":1000000,"utc_us":1767323045678999,"uncertainty_us":250,"source":"rtc"},)"
        R"("readings":[{"sensor":"band-3f2a","metric":"skin_temperature","mdc":150388,"unit":"Cel","boot_us":2000000,)"
        R"("utc":"2026-01-02T03:04:06.678Z","value":36.60,"quality":["motion"]}]})");
  CHECK(encode_json(envelope_of(0), {}).ends_with(R"("readings":[]})"));
}

TEST_CASE("a row has no UTC where there is none to tell") {
  DecodedBody body = full();
  const auto utc_of = [&](std::int64_t boot_us, std::int64_t anchor_us, std::int64_t utc_us) {
    body.columns = {column("a", {at(boot_us, 1)})};
    body.anchor = Anchor{boot_time(anchor_us), utc_time(utc_us), Microseconds(0), ClockSource::kernel};
    const std::string text = encode_json(envelope_of(1), body);
    const auto at = text.find("\"utc\":\"");
    return at == std::string::npos ? ""s : text.substr(at + 7, 24);
  };
  CHECK(utc_of(0, 0, 0) == "1970-01-01T00:00:00.000Z");
  CHECK(utc_of(0, 1, 0) == "1969-12-31T23:59:59.999Z");
  CHECK(utc_of(0, 0, 253'402'300'799'999'999) == "9999-12-31T23:59:59.999Z");
  CHECK(utc_of(0, 0, 253'402'300'800'000'000) == "");
  CHECK(utc_of(0, 0, -62'135'596'799'000'000) == "0001-01-01T00:00:01.000Z");
  CHECK(utc_of(0, 0, -62'135'596'801'000'000) == "");
  CHECK(utc_of(kMost, -1, 0) == "");
  CHECK(utc_of(1, 0, kMost) == "");
}

TEST_CASE("every quality flag has its own name and comes back") {
  DecodedBody body;
  for (unsigned bit = 0; bit < 16; ++bit) {
    DecodedReading reading = at(bit, 1);
    reading.quality = static_cast<Quality>(1u << bit);
    body.columns = {column("a", {reading})};
    CHECK(decode_json(encode_json(envelope_of(1), body))->body == body);
  }
}

TEST_CASE("columns of the same kind one behind the other become one in JSON, with the same readings") {
  DecodedBody body;
  body.columns = {column("a", {at(1, 1)}), column("a", {at(9, {20, -1})}), column("b", {at(2, 2)})};
  const auto read = decode_json(encode_json(envelope_of(3), body));
  REQUIRE(read);
  REQUIRE(read->body.columns.size() == 2);
  CHECK(read->body.columns[0].readings.size() == 2);
}

TEST_CASE("a JSON batch that cannot be is refused by name") {
  CHECK(why("\"vitald\":1", "\"vitald\":1,\"later\":[1.5,true,false,null,{}]") == "accepted");
  CHECK(why("\"vitald\":1", "\"vitald\":2") == "JSON batch: vitald is a version that is not known");
  CHECK(why("\"vitald\":1", "\"vitald\":-1") == "JSON batch: vitald is not a whole number");
  CHECK(why("gateway-7", "gate/way") == "JSON batch: device is not a device id");
  CHECK(why("\"0123456789abcdef\"", "\"0123456789abcdeg\"") == "JSON batch: epoch is not 16 hexadecimal digits");
  CHECK(why("\"0123456789abcdef\"", "\"0123\"") == "JSON batch: epoch is not 16 hexadecimal digits");
  CHECK(why("\"number\":12", "\"number\":0") == "JSON batch: number is 0");
  CHECK(why("\"number\":12", "\"number\":1.5") == "JSON batch: number is not a whole number");
  CHECK(why("\"class\":\"vital\"", "\"class\":\"status\"") == "JSON batch: class is not known");
  CHECK(why("\"class\":\"vital\"", "\"class\":7") == "JSON batch: class is not a text");
  CHECK(why("\"boot\":\"0011", "\"boot\":\"+x11") == "JSON batch: boot is not 32 hexadecimal digits");
  CHECK(why("{\"boot_us\":1000000,\"utc_us\"", "{\"boot_us\":\"x\",\"utc_us\"") ==
        "JSON batch: anchor: boot_us is not a whole number");
  CHECK(why("\"anchor\":{", "\"anchor\":1,\"a\":{") == "JSON batch: anchor: not an object");
  CHECK(why("\"source\":\"rtc\"", "\"source\":\"gps\"") == "JSON batch: anchor: source is not known");
  CHECK(why("\"readings\":[", "\"readings\":[7,") == "JSON batch: readings/0: not an object");
  CHECK(why("\"readings\":[", "\"readings\":{},\"r\":[") == "JSON batch: readings is not an array");
  CHECK(why("\"metric\":\"a\"", "\"metric\":\"" + std::string(257, 'm') + '"') ==
        "JSON batch: readings/0: metric is longer than 256 bytes");
  CHECK(why("\"mdc\":150388", "\"mdc\":4294967296") == "JSON batch: readings/0: mdc is above 4294967295");
  CHECK(why("36.60", "\"36.60\"") == "JSON batch: readings/0: value is not a number");
  CHECK(why("36.60", "9223372036854775808") == "JSON batch: readings/0: value is not a number");
  CHECK(why("36.60", "1e99") == "JSON batch: readings/0: value is not a number");
  CHECK(why(",\"value\":36.60", "") == "JSON batch: readings/0: value is not a number");
  CHECK(why("\"boot_us\":3,", "\"boot_us\":18446744073709551615,") ==
        "JSON batch: readings/2: boot_us is not a whole number");
  CHECK(why("negative_infinity", "none") == "JSON batch: readings/4: special is not known");
  CHECK(why("[\"motion\"", "[\"lotion\"") == "JSON batch: readings/4: quality has an unknown flag");
  CHECK(why("[\"motion\"", "[16") == "JSON batch: readings/4: quality has an unknown flag");
  CHECK(why("\"losses\":[", "\"losses\":[[],") == "JSON batch: losses/0: not an object");
  CHECK(why("\"reason\":\"evicted\"", "\"reason\":\"bored\"") == "JSON batch: losses/0: reason is not known");
  CHECK(why("[[1,2]", "[[2,1]") == "JSON batch: losses/0: ranges has what is no range");
  CHECK(why("[[1,2]", "[[1]") == "JSON batch: losses/0: ranges has what is no range");
  CHECK(why("\"losses\":[", "\"losses\":7,\"x\":[") == "JSON batch: losses is not an array");
}

TEST_CASE("text that is not JSON is refused") {
  for (const char* text : {"", "{", "[1,2", "nul", "{\"vitald\":1}}", "\xff", "[[[[[[[[[]]]]]]]]]", "1e999"})
    CHECK_FALSE(decode_json(text));
  CHECK(decode_json("[]").error().sentence() == "JSON batch: not an object");
  CHECK(decode_json("[[[[[[[[[]]]]]]]]]").error().sentence() == "not JSON: nested too deeply");
}

TEST_CASE("a JSON batch with too many readings is refused") {
  std::string text = encode_json(envelope_of(0), {});
  std::string rows;
  for (std::size_t i = 0; i < kMaxReadingsInBody; ++i) rows += "0,";
  text.insert(text.find("\"readings\":[") + 12, rows + '0');
  CHECK(decode_json(text).error().sentence() == "JSON batch: more readings than a batch may hold");
}
